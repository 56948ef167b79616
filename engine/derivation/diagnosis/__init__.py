"""What is wrong with a wrong step: the edit that mends it, the assumption it needs, the entry that is off."""

from engine.derivation.diagnosis.diagnose import diagnose
from engine.derivation.diagnosis.record import Diagnosis

__all__ = ["Diagnosis", "diagnose"]
