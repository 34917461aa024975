"""Keep what was run, predicted, decided and looked at, so that it can be checked later."""

from chengce.ledger.chain import Ledger
from chengce.ledger.entry import Entry, Head, parse_anchor
from chengce.ledger.verify import Verification
from chengce.ledger.workspace import CityRecord, Workspace

__all__ = ["CityRecord", "Entry", "Head", "Ledger", "Verification", "Workspace", "parse_anchor"]
