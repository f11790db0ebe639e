"""Let a mailing be held, paused and stopped"""

import sqlalchemy as sa
from alembic import op

revision = "0005_mailing_control"
down_revision = "0004_address_standing"
branch_labels = None
depends_on = None


_PARENTS = {"season_id": "season", "event_id": "event", "group_id": "working_group"}
_MOMENTS = ("retry_at", "paused_at", "stopped_at")


def upgrade():
    with op.batch_alter_table("mailing") as table:
        table.add_column(
            sa.Column("subject", sa.String(length=200), server_default="", nullable=False)
        )
        for name in _MOMENTS:
            table.add_column(sa.Column(name, sa.DateTime(), nullable=True))
        for name, parent in _PARENTS.items():
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_foreign_key(op.f(f"fk_mailing_{name}"), parent, [name], ["id"])
            table.create_index(op.f(f"ix_mailing_{name}"), [name])


def downgrade():
    with op.batch_alter_table("mailing") as table:
        for name in _PARENTS:
            table.drop_index(op.f(f"ix_mailing_{name}"))
            table.drop_constraint(op.f(f"fk_mailing_{name}"), type_="foreignkey")
            table.drop_column(name)
        for name in (*_MOMENTS, "subject"):
            table.drop_column(name)
