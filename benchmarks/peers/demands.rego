# What the three packs assert of one account, in their order: `input.policy` is the account's effective document,
# `input.account` its id, `data.vaults` are the vaults of the snapshot. Attributes are those of docs/language.md 7. Rego
# has no reader of cron: the three forms of schedule that the inputs have are recognized by their fields. No requirement
# says why it is broken.
package demands

import rego.v1

hour := 60

day := 1440

# The rules of each plan, one in each of its Regions, as AWS runs them.
of_plan[plan_name] := running if {
	some plan_name, plan in input.policy.plans
	running := [in_region(plan, rule_name, raw, region) |
		some rule_name, raw in plan.rules
		some region in plan.regions
	]
}

plans := object.keys(of_plan)

rules := [rule | some running in of_plan; some rule in running]

in_region(plan, rule_name, raw, region) := {
	"name": rule_name,
	"interval": interval(raw.schedule_expression),
	"start": to_number(raw.start_backup_window_minutes),
	"complete": to_number(raw.complete_backup_window_minutes),
	"retention": day * to_number(raw.lifecycle.delete_after_days),
	"reaches": count(object.get(plan, "selections", {})) > 0,
	"air_gapped": "target_logically_air_gapped_backup_vault_arn" in object.keys(raw),
	"vault": vault(raw.target_backup_vault_name, input.account, region),
	"copies": [copied(action.target_backup_vault_arn, action, region) | some action in object.get(raw, "copy_actions", {})],
}

copied(arn, action, region) := copy if {
	parts := split(arn, ":")
	copy := {
		"retention": day * to_number(action.lifecycle.delete_after_days),
		"cross_region": parts[3] != region,
		"cross_account": parts[4] != input.account,
		"vault": vault(parts[6], parts[4], parts[3]),
	}
}

interval(cron) := day if regex.match(`^cron\(\d+ \d+ \? \* \* \*\)$`, cron)

else := 7 * day if regex.match(`^cron\(\d+ \d+ \? \* [A-Z]+ \*\)$`, cron)

else := 31 * day if regex.match(`^cron\(\d+ \d+ \d+ \* \? \*\)$`, cron)

vault(name, account, region) := object.union(stored, {"exists": true}) if {
	some stored in data.vaults
	stored.name == name
	region in stored.regions
	held(stored.accounts, account)
}

else := {"exists": false, "lock": {"mode": "none"}, "type": "none", "key": "none"}

held(accounts, _) if accounts == "*"

held(accounts, account) if {
	is_array(accounts)
	account in accounts
}

# Rules of a plan that satisfy in every Region: those of the list, less those that fail somewhere.
everywhere(plan, held_by) if {
	names := {rule.name | some rule in of_plan[plan]}
	failing := {rule.name | some rule in of_plan[plan]; not rule in held_by}
	count(names - failing) > 0
}

no_rarer(rule, plan) if {
	every limit in [1, 2, 7, 14, 31] {
		no_rarer_than(rule, plan, limit * day)
	}
}

no_rarer_than(rule, _, limit) if rule.interval <= limit

no_rarer_than(_, plan, limit) if {
	every other in of_plan[plan] {
		other.interval > limit
	}
}

kept(rule, copy) if copy.retention >= rule.interval

compliant(found) if found.vault.lock.mode == "compliance"

sheltered(rule) if rule.air_gapped

sheltered(rule) if compliant(rule)

backed_up if {
	some rule in rules
	rule.interval <= 366 * day
	rule.reaches
}

daily_for_35_days if {
	every plan in plans {
		some rule in of_plan[plan]
		rule.interval <= day
		rule.retention >= 35 * day
	}
}

kept_for_35_days if {
	every rule in rules {
		rule.retention >= 35 * day
	}
}

copies_kept_for_35_days if {
	every rule in rules {
		every copy in rule.copies {
			copy.retention >= 35 * day
		}
	}
}

soon(rule) if {
	some gap, ends in {
		4 * hour: [[1, 19], [2, 18], [4, 16], [8, 12]],
		8 * hour: [[1, 15], [2, 14], [4, 12], [8, 8]],
		12 * hour: [[1, 11], [2, 10], [4, 8], [8, 4]],
		20 * hour: [[1, 3]],
	}
	rule.interval <= gap
	some end in ends
	rule.start <= end[0] * hour
	rule.complete <= end[1] * hour
}

last_within_a_day if {
	every plan in plans {
		some rule in of_plan[plan]
		soon(rule)
	}
}

copies_out_of_region if {
	every plan in plans {
		everywhere(plan, [rule | some rule in of_plan[plan]; some copy in rule.copies; copy.cross_region])
	}
}

copies_out_of_account if {
	every plan in plans {
		everywhere(plan, [rule | some rule in of_plan[plan]; some copy in rule.copies; copy.cross_account])
	}
}

locked if {
	every rule in rules {
		lock_or_gap(rule)
	}
}

lock_or_gap(rule) if rule.air_gapped

lock_or_gap(rule) if rule.vault.lock.mode != "none"

weekly_gap(rule) if {
	rule.air_gapped
	rule.retention >= rule.interval
}

weekly_gap(rule) if {
	some copy in rule.copies
	compliant(copy)
	copy.vault.type == "logically_air_gapped"
	kept(rule, copy)
}

air_gapped_weekly if {
	every plan in plans {
		everywhere(plan, [rule | some rule in of_plan[plan]; rule.interval <= 7 * day; weekly_gap(rule)])
	}
}

daily if {
	some rule in rules
	rule.interval <= day
	rule.retention >= rule.interval
	rule.reaches
}

vaults_exist if {
	every rule in rules {
		rule.vault.exists
	}
}

copy_vaults_exist if {
	every rule in rules {
		every copy in rule.copies {
			copy.vault.exists
		}
	}
}

alternate_site if {
	every plan in plans {
		everywhere(plan, [rule |
			some rule in of_plan[plan]
			no_rarer(rule, plan)
			some copy in rule.copies
			copy.cross_region
			copy.vault.exists
			kept(rule, copy)
		])
	}
}

own_keys if {
	every rule in rules {
		rule.vault.key == "customer"
	}
}

immutable if {
	every rule in rules {
		undeletable(rule)
	}
}

undeletable(rule) if rule.retention < 30 * day

undeletable(rule) if sheltered(rule)

undeletable(rule) if {
	some copy in rule.copies
	compliant(copy)
	copy.retention >= 30 * day
}

recent_and_locked(rule) if {
	rule.retention >= rule.interval
	sheltered(rule)
}

recent_and_locked(rule) if {
	some copy in rule.copies
	compliant(copy)
	kept(rule, copy)
}

immutable_recent if {
	every plan in plans {
		everywhere(plan, [rule | some rule in of_plan[plan]; no_rarer(rule, plan); recent_and_locked(rule)])
	}
}

elsewhere(rule) if weekly_gap(rule)

elsewhere(rule) if {
	some copy in rule.copies
	copy.cross_account
	copy.vault.exists
	kept(rule, copy)
}

isolated if {
	every plan in plans {
		everywhere(plan, [rule | some rule in of_plan[plan]; no_rarer(rule, plan); elsewhere(rule)])
	}
}

isolated_copies_locked if {
	every rule in rules {
		every copy in rule.copies {
			not loose(copy)
		}
	}
}

loose(copy) if {
	copy.cross_account
	not compliant(copy)
}

daily_for_30_days if {
	some rule in rules
	rule.interval <= day
	rule.retention >= 30 * day
	rule.reaches
}

short_minimum(found) if {
	found.vault.exists
	compliant(found)
	found.vault.lock.min_retention_days < 7
}

minimum_of_rules if {
	every rule in rules {
		not short_minimum(rule)
	}
}

minimum_of_copies if {
	every rule in rules {
		every copy in rule.copies {
			not short_minimum(copy)
		}
	}
}

default backed_up := false

default daily_for_35_days := false

default kept_for_35_days := false

default copies_kept_for_35_days := false

default last_within_a_day := false

default copies_out_of_region := false

default copies_out_of_account := false

default locked := false

default air_gapped_weekly := false

default daily := false

default vaults_exist := false

default copy_vaults_exist := false

default alternate_site := false

default own_keys := false

default immutable := false

default immutable_recent := false

default isolated := false

default isolated_copies_locked := false

default daily_for_30_days := false

default minimum_of_rules := false

default minimum_of_copies := false

asserted := [
	backed_up, daily_for_35_days, kept_for_35_days, copies_kept_for_35_days, last_within_a_day, copies_out_of_region,
	copies_out_of_account, locked, air_gapped_weekly, backed_up, daily, vaults_exist, copy_vaults_exist, locked,
	alternate_site, own_keys, immutable, backed_up, immutable_recent, isolated, isolated_copies_locked,
	daily_for_30_days, minimum_of_rules, minimum_of_copies,
]
