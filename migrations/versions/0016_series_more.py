"""Let a series name who to ask, say why it is off, and know which meetings differ from it"""

import sqlalchemy as sa
from alembic import op

revision = "0016_series_more"
down_revision = "0015_calendar_revision"
branch_labels = None
depends_on = None

_TEXTS = (("contact_name", 200), ("contact_email", 254), ("contact_phone", 40))


def upgrade():
    with op.batch_alter_table("series") as batch:
        for name, length in (*_TEXTS, ("cancel_reason", 500)):
            batch.add_column(
                sa.Column(name, sa.String(length=length), nullable=False, server_default="")
            )
        batch.add_column(sa.Column("cancelled_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("event") as batch:
        batch.add_column(
            sa.Column("is_override", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade():
    with op.batch_alter_table("event") as batch:
        batch.drop_column("is_override")
    with op.batch_alter_table("series") as batch:
        batch.drop_column("cancelled_at")
        for name, _length in (*_TEXTS, ("cancel_reason", 500)):
            batch.drop_column(name)
