"""Keep what was run, predicted, decided and looked at, so that it can be checked later."""

from chengce.ledger.chain import Ledger
from chengce.ledger.entry import Entry, Head, parse_anchor
from chengce.ledger.seen import SeenRecord
from chengce.ledger.verify import Verification
from chengce.ledger.workspace import Workspace

__all__ = ["Entry", "Head", "Ledger", "SeenRecord", "Verification", "Workspace", "parse_anchor"]
