// Reads calendars with ical.js, the reader of Thunderbird: a JSON text with the .ics on each line in,
// a JSON object with what it found in the first event on each line out.
import { createInterface } from "node:readline";
import ICAL from "../../frontend/node_modules/ical.js/dist/ical.js";

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(JSON.stringify(read(JSON.parse(line))) + "\n");
}

function read(ics) {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  const event = calendar.getFirstSubcomponent("vevent");
  const value = (name) => event.getFirstPropertyValue(name) ?? "";
  return {
    method: calendar.getFirstPropertyValue("method") ?? "",
    uid: value("uid"),
    sequence: value("sequence"),
    dtstart: time(value("dtstart")),
    dtend: time(value("dtend")),
    summary: value("summary"),
    description: value("description"),
    location: value("location"),
    url: value("url"),
    conference: value("conference"),
    categories: event.getFirstProperty("categories").getValues(),
    status: value("status"),
    transp: value("transp"),
    organizer: person(event.getFirstProperty("organizer")),
    attendee: person(event.getFirstProperty("attendee")),
  };
}

function time(found) {
  return found.isDate ? found.toString() : new Date(found.toUnixTime() * 1000).toISOString().replace(".000", "");
}

function person(found) {
  return found ? [found.getFirstValue(), found.getParameter("cn") ?? "", found.getParameter("partstat") ?? ""] : [];
}
