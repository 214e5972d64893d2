"""What the nightly removal leaves behind: runs, evidence, and what still has to reach the ledger."""

from retention.models.evidence import Evidence, LedgerOutbox, PurgeRun

__all__ = ["Evidence", "LedgerOutbox", "PurgeRun"]
