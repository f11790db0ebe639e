"""What Postfix, Exchange and Gmail send back, with the places where ours differ left open."""

POSTFIX = """\
Return-Path: <>
X-Original-To: {came_to}
Delivered-To: {came_to}
Received: by mail.example.com (Postfix)
\tid 4XyZ12; Thu, 20 Aug 2026 09:00:05 +0000 (UTC)
Date: Thu, 20 Aug 2026 09:00:05 +0000 (UTC)
From: MAILER-DAEMON@mail.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {came_to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4XyZ0.1787216405/mail.example.com"
Content-Transfer-Encoding: 8bit
Message-Id: <20260820090005.4XyZ12@mail.example.com>

This is a MIME-encapsulated message.

--4XyZ0.1787216405/mail.example.com
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host mail.example.com.

<{recipient}>: host mx.example.org[192.0.2.7] said: {diagnostic}

--4XyZ0.1787216405/mail.example.com
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com
X-Postfix-Queue-ID: 4XyZ0
X-Postfix-Sender: rfc822; {came_to}
Arrival-Date: Thu, 20 Aug 2026 09:00:01 +0000 (UTC)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {diagnostic}

--4XyZ0.1787216405/mail.example.com
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: 8bit

Return-Path: <{came_to}>
From: "Oppdrag Oslofjorden" <oppdrag@portal.example.org>
To: <{recipient}>
Subject: Takk
Message-ID: <{message_id}>

--4XyZ0.1787216405/mail.example.com--
"""

EXCHANGE = """\
From: <postmaster@example.org>
To: <{came_to}>
Date: Thu, 20 Aug 2026 09:00:05 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B095B5ADSN=_01DC1A2B3C4D5E6F00000001mx.example.org"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: nb-NO
Message-ID: <7d1b@mx.example.org>
In-Reply-To: <{message_id}>
Subject: Kan ikke leveres: Takk
Auto-Submitted: auto-replied
MIME-Version: 1.0

--9B095B5ADSN=_01DC1A2B3C4D5E6F00000001mx.example.org
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="f7c0-alternative"

--f7c0-alternative
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Leveringen mislyktes for disse mottakerne: {recipient}

--f7c0-alternative
Content-Type: text/html; charset="utf-8"

<html><body><p>Leveringen mislyktes.</p></body></html>

--f7c0-alternative--

--9B095B5ADSN=_01DC1A2B3C4D5E6F00000001mx.example.org
Content-Type: message/delivery-status

Reporting-MTA: dns;mx.example.org
Received-From-MTA: dns;mail.example.com
Arrival-Date: Thu, 20 Aug 2026 09:00:03 +0000

Final-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;{diagnostic}
X-Display-Name: Ola Hansen

--9B095B5ADSN=_01DC1A2B3C4D5E6F00000001mx.example.org
Content-Type: message/rfc822

Received: from mail.example.com (192.0.2.1) by mx.example.org
From: "Oppdrag Oslofjorden" <oppdrag@portal.example.org>
To: <{recipient}>
Subject: Takk
Message-ID: <{message_id}>
Content-Type: text/plain; charset="utf-8"

Hei

--9B095B5ADSN=_01DC1A2B3C4D5E6F00000001mx.example.org--
"""

GMAIL = """\
Return-Path: <>
Delivered-To: {came_to}
Content-Type: multipart/report; boundary="000000000000a1b2c3"; report-type=delivery-status
To: {came_to}
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example.com>
Subject: Delivery Status Notification (Failure)
References: <{message_id}>
In-Reply-To: <{message_id}>
X-Failed-Recipients: {recipient}
Message-ID: <68a5.a0b1.c2@mx.example.com>
Date: Thu, 20 Aug 2026 02:00:05 -0700 (PDT)

--000000000000a1b2c3
Content-Type: multipart/related; boundary="000000000000d4e5f6"

--000000000000d4e5f6
Content-Type: multipart/alternative; boundary="000000000000a7b8c9"

--000000000000a7b8c9
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to {recipient}.

--000000000000a7b8c9--
--000000000000d4e5f6
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64
Content-ID: <icon.png>

iVBORw0KGgo=
--000000000000d4e5f6--
--000000000000a1b2c3
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example.com
Arrival-Date: Thu, 20 Aug 2026 02:00:04 -0700 (PDT)
X-Original-Message-ID: <{message_id}>

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org. (192.0.2.7, the server for the domain.)
Diagnostic-Code: smtp; {diagnostic}
Last-Attempt-Date: Thu, 20 Aug 2026 02:00:05 -0700 (PDT)

--000000000000a1b2c3
Content-Type: message/rfc822

X-Received: by 192.0.2.8 with SMTP id a1;
From: "Oppdrag Oslofjorden" <oppdrag@portal.example.org>
To: {recipient}
Subject: Takk
Message-ID: <{message_id}>
Content-Type: text/plain; charset="utf-8"

Hei

--000000000000a1b2c3--
"""

SHAPES = {"Postfix": POSTFIX, "Exchange": EXCHANGE, "Gmail": GMAIL}
_USUAL = {
    "came_to": "retur+abcdefghjkmn@portal.example.org",
    "recipient": "ola@example.org",
    "message_id": "abcdefghjkmn.nmkjhgfedcba@localhost",
    "action": "failed",
    "status": "5.1.1",
    "diagnostic": "550 5.1.1 User unknown",
}


def report(shape: str = "Postfix", **values: str) -> bytes:
    """A report as the server of ``shape`` writes it, line ends and all."""
    return SHAPES[shape].format(**{**_USUAL, **values}).replace("\n", "\r\n").encode()
