"""Between the language and AWS's documents: compiling files to policies, and policies back to a file.

Takes modules or a document, gives documents with the place of every key, or a module. Knows nothing of what AWS
admits, of the organization, or of layout.
"""

from policyengine.compiler.durations import years_advice
from policyengine.compiler.imported import decompile
from policyengine.compiler.lets import Lets, collect_lets
from policyengine.compiler.project import compile_policies
from policyengine.compiler.schedules import cron_text

__all__ = ["Lets", "collect_lets", "compile_policies", "cron_text", "decompile", "years_advice"]
