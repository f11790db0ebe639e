"""Let an event say when those invited are told of what changed"""

import sqlalchemy as sa
from alembic import op

revision = "0014_tell_later"
down_revision = "0013_series"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("event") as batch:
        batch.add_column(sa.Column("tell_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("tell_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_event_tell_by_id"), "person", ["tell_by_id"], ["id"])
    op.create_index(op.f("ix_event_tell_at"), "event", ["tell_at"])


def downgrade():
    op.drop_index(op.f("ix_event_tell_at"), "event")
    with op.batch_alter_table("event") as batch:
        batch.drop_constraint(op.f("fk_event_tell_by_id"), type_="foreignkey")
        batch.drop_column("tell_by_id")
        batch.drop_column("tell_at")
