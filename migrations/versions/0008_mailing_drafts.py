"""Keep what is being written to many until it is sent"""

import sqlalchemy as sa
from alembic import op

revision = "0008_mailing_drafts"
down_revision = "0007_opt_outs"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "mailing_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_mailing_draft_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_mailing_draft_public_id")),
    )
    op.create_index(
        op.f("ix_mailing_draft_written_by_id"), "mailing_draft", ["written_by_id"], unique=False
    )


def downgrade():
    op.drop_index(op.f("ix_mailing_draft_written_by_id"), table_name="mailing_draft")
    op.drop_table("mailing_draft")
