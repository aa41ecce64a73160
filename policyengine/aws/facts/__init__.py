"""The facts that AWS documents: Regions, resource types and their features, quotas. Data files with source and date.

A data file is read when it is first needed. Nothing here judges a policy.
"""

from policyengine.aws.facts.backup_features import (
    CLUSTERS_OF_RDS,
    ColdForm,
    Features,
    backup_name,
    features,
    resource_features,
    resource_types,
    type_of_pattern,
    types_of_pattern,
)
from policyengine.aws.facts.data_files import (
    DEFAULT_VAULT,
    adjustable_limits,
    default_schedule,
    limits,
    price_list_usage,
)
from policyengine.aws.facts.region_features import (
    PARTITIONS,
    Availability,
    RegionFeature,
    available,
    copy_between,
    regions,
)

__all__ = [
    "CLUSTERS_OF_RDS",
    "DEFAULT_VAULT",
    "PARTITIONS",
    "Availability",
    "ColdForm",
    "Features",
    "RegionFeature",
    "adjustable_limits",
    "available",
    "backup_name",
    "copy_between",
    "default_schedule",
    "features",
    "limits",
    "price_list_usage",
    "regions",
    "resource_features",
    "resource_types",
    "type_of_pattern",
    "types_of_pattern",
]
