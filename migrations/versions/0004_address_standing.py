"""Remember which addresses refuse mail"""

import sqlalchemy as sa
from alembic import op

revision = "0004_address_standing"
down_revision = "0003_mail_lease_and_cause"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "address_standing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("folded", sa.String(length=254), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("last_code", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("suppressed_at", sa.DateTime(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["person.id"], name=op.f("fk_address_standing_lifted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_standing")),
        sa.UniqueConstraint("folded", name=op.f("uq_address_standing_folded")),
        sa.UniqueConstraint("public_id", name=op.f("uq_address_standing_public_id")),
    )
    op.create_index(
        op.f("ix_address_standing_suppressed_at"), "address_standing", ["suppressed_at"]
    )


def downgrade():
    op.drop_table("address_standing")
