"""EOF2, the second end-of-file label: HDR2 once more.

Source: the field rules.
"""

from schemas.rails.bacs_standard_18 import hdr2
from schemas.rails.bacs_standard_18.layout import Layout

LAYOUT = Layout("EOF2", 80, hdr2.fields("EOF2"))
