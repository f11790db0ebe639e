"""Count how often calendars have changed, so that feeds know at once"""

import sqlalchemy as sa
from alembic import op

revision = "0015_calendar_revision"
down_revision = "0014_tell_later"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "calendar_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_calendar_revision_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_revision")),
    )


def downgrade():
    op.drop_table("calendar_revision")
