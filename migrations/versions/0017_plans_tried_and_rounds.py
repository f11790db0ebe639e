"""Let plans carry prices, proofs and edits, and let several be asked for fewer seats"""

import sqlalchemy as sa
from alembic import op

revision = "0017_plans_tried_and_rounds"
down_revision = "0016_series_more"
branch_labels = None
depends_on = None

_STATES = (
    "proposed", "asked", "accepted", "declined", "expired", "withdrawn", "released", "reserve",
    "reconfirm", "served", "absent",
)  # fmt: skip


def upgrade():
    with op.batch_alter_table("season") as batch:
        batch.add_column(sa.Column("prices", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("plan") as batch:
        batch.add_column(sa.Column("prices", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("tried_from_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_plan_tried_from_id", "plan", ["tried_from_id"], ["id"])
    op.create_table(
        "plan_proof",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_proof_plan_id"),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plan_proof"),
    )
    op.create_table(
        "plan_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_edit_plan_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_plan_edit_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_edit"),
    )
    op.create_index("ix_plan_edit_plan_id", "plan_edit", ["plan_id"])
    _add_rounds()


def _add_rounds():
    op.create_table(
        "ask_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("seats_left", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("seats_left >= 0", name=op.f("ck_ask_round_no_seat_given_twice")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name="fk_ask_round_panel_id"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name="fk_ask_round_opened_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ask_round"),
        sa.UniqueConstraint("public_id", name="uq_ask_round_public_id"),
    )
    op.create_index("ix_ask_round_panel_id", "ask_round", ["panel_id"])
    with op.batch_alter_table("assignment") as batch:
        batch.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_assignment_round_id", "ask_round", ["round_id"], ["id"])
        batch.create_index("ix_assignment_round_id", ["round_id"])
        _allow(batch, (*_STATES, "offered"), _STATES)


def _allow(batch, states, before):
    """Change which states an assignment may have."""
    batch.alter_column("state", type_=_state(states), existing_type=_state(before), nullable=False)


def _state(states):
    return sa.Enum(
        *states, name="assignment_state", native_enum=False, create_constraint=True, length=20
    )


def downgrade():
    op.execute("UPDATE assignment SET state = 'released' WHERE state = 'offered'")
    with op.batch_alter_table("assignment") as batch:
        _allow(batch, _STATES, (*_STATES, "offered"))
        batch.drop_index("ix_assignment_round_id")
        batch.drop_constraint("fk_assignment_round_id", type_="foreignkey")
        batch.drop_column("round_id")
    op.drop_table("ask_round")
    op.drop_table("plan_edit")
    op.drop_table("plan_proof")
    with op.batch_alter_table("plan") as batch:
        batch.drop_constraint("fk_plan_tried_from_id", type_="foreignkey")
        batch.drop_column("tried_from_id")
        batch.drop_column("prices")
    with op.batch_alter_table("season") as batch:
        batch.drop_column("prices")
