"""Plans that do not fit the vaults, roles and settings of the accounts where they run."""
