"""Let owners of follow-ups be told and reminded, and two who edit one notice each other"""

import sqlalchemy as sa
from alembic import op

revision = "0020_follow_up_notices"
down_revision = "0019_polls_input_and_appeals"
branch_labels = None
depends_on = None

_TOPICS = ("news", "remind_ask", "remind_event", "remind_jury_day", "remind_signup")
_NEW = "remind_follow_up"


def upgrade():
    with op.batch_alter_table("follow_up") as batch:
        batch.add_column(sa.Column("owner_since", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("tell_owner_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        batch.create_index("ix_follow_up_tell_owner_at", ["tell_owner_at"])
        batch.create_index("ix_follow_up_due_on", ["due_on"])
    _allow((*_TOPICS, _NEW), _TOPICS)


def downgrade():
    op.execute("DELETE FROM opt_out WHERE topic = 'remind_follow_up'")
    _allow(_TOPICS, (*_TOPICS, _NEW))
    with op.batch_alter_table("follow_up") as batch:
        batch.drop_index("ix_follow_up_due_on")
        batch.drop_index("ix_follow_up_tell_owner_at")
        batch.drop_column("revision")
        batch.drop_column("tell_owner_at")
        batch.drop_column("owner_since")


def _allow(topics, before):
    with op.batch_alter_table("opt_out") as batch:
        batch.alter_column(
            "topic", type_=_topic(topics), existing_type=_topic(before), nullable=False
        )


def _topic(topics):
    return sa.Enum(*topics, name="topic", native_enum=False, create_constraint=True, length=20)
