"""Count apart which refusals came back after a server had taken the message"""

import sqlalchemy as sa
from alembic import op

revision = "0010_bounces_counted"
down_revision = "0009_mail_log_indexes"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "address_standing", sa.Column("bounces", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade():
    op.drop_column("address_standing", "bounces")
