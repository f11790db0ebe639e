"""Keep the bytes of a message apart from its row"""

import sqlalchemy as sa
from alembic import op

revision = "0002_mail_content"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "mail_content",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"],
            ["outbox_mail.id"],
            name=op.f("fk_mail_content_mail_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_mail_content")),
    )
    op.execute(
        "INSERT INTO mail_content (mail_id, raw)"
        " SELECT id, raw FROM outbox_mail WHERE raw IS NOT NULL"
    )
    # Not as a batch, which would make the table anew.
    op.drop_column("outbox_mail", "raw")


def downgrade():
    op.add_column("outbox_mail", sa.Column("raw", sa.LargeBinary(), nullable=True))
    op.execute(
        "UPDATE outbox_mail SET raw ="
        " (SELECT raw FROM mail_content WHERE mail_content.mail_id = outbox_mail.id)"
    )
    op.drop_table("mail_content")
