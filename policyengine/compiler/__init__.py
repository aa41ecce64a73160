"""Between the language and AWS's documents: compiling files to policies, and policies back to a file.

Takes modules or a document, gives documents with the place of every key, or a module. Knows nothing of what AWS
admits, of the organization, or of layout.
"""

from policyengine.compiler.imported import decompile
from policyengine.compiler.project import compile_policies

__all__ = ["compile_policies", "decompile"]
