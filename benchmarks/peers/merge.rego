# The effective backup policy of one account: `input` is what is attached from the root down to it, a list of names per
# entity, `data.policies` are the documents. Rego has no recursion, so the levels stand one after the other. Operators,
# child controls, blocked keys and the order of peers are those of docs/semantics.md; there are no trails, no notes, no
# unknown orders, and AWS's validation of the result is left out.
package backup

import rego.v1

operators := {"@@assign", "@@append", "@@remove"}

control := "@@operators_allowed_for_child_policies"

effective := [[path, value] | some path, value in level_7.values]

level_1 := merged({"values": {}, "allowed": {}, "mentioned": set()}, peers(0))

level_2 := merged(level_1, peers(1))

level_3 := merged(level_2, peers(2))

level_4 := merged(level_3, peers(3))

level_5 := merged(level_4, peers(4))

level_6 := merged(level_5, peers(5))

level_7 := merged(level_6, peers(6))

peers(n) := input[n]

peers(n) := [] if n >= count(input)

attached contains name if {
	some level in input
	some name in level
}

# By path and operator, keys folded.
uses[name] := found if {
	some name in attached
	found := {[path, operator]: text(value) |
		walk(data.policies[name], [spelled, value])
		operator := last_key(spelled)
		operator in operators
		path := folded(spelled)
	}
}

controls[name] := found if {
	some name in attached
	found := {path: permitted(value) |
		walk(data.policies[name], [spelled, value])
		last_key(spelled) == control
		path := folded(spelled)
	}
}

used[name] := found if {
	some name in attached
	found := {key[0] | some key, _ in uses[name]}
}

controlled[name] := found if {
	some name in attached
	found := {path | some path, _ in controls[name]}
}

last_key(spelled) := lower(key) if {
	count(spelled) > 0
	key := spelled[count(spelled) - 1]
	is_string(key)
}

folded(spelled) := [lower(key) | some key in array.slice(spelled, 0, count(spelled) - 1)]

permitted(names) := operators if {
	some name in names
	lower(name) == "@@all"
}

else := allowed if {
	lowered := {lower(name) | some name in names}
	allowed := lowered & operators
}

text(value) := texts if {
	is_array(value)
	texts := [text_of(item) | some item in value]
}

else := text_of(value)

text_of(value) := value if is_string(value)

else := sprintf("%v", [value])

merged(above, names) := above if count(names) == 0

merged(above, names) := {
	"values": object.union(above.values, values(above, names)),
	"allowed": object.union(above.allowed, restrictions(above, names)),
	"mentioned": above.mentioned | mentions(above, names),
} if {
	count(names) > 0
}

values(above, names) := {path: value |
	some path in {found | some name in names; some found in used[name]}
	not blocked(above, path)
	value := removed(appended(assigned(above, names, path), above, names, path), above, names, path)
	value != null
}

restrictions(above, names) := {path: allowed |
	some path in {found | some name in names; some found in controlled[name]}
	not blocked(above, path)
	stated := [allows | some name in names; allows := controls[name][path]]
	allowed := intersection({allowed_at(above, path)} | {each | some each in stated})
}

mentions(above, names) := {array.slice(path, 0, n) |
	some name in names
	some path in used[name] | controlled[name]
	not blocked(above, path)
	some n in numbers.range(1, count(path))
}

allowed_at(above, path) := object.get(above.allowed, [path], operators)

# A key that nobody above mentions, in a container that lets nobody add.
blocked(above, path) if {
	some n in numbers.range(1, count(path))
	not array.slice(path, 0, n) in above.mentioned
	container := array.slice(path, 0, n - 1)
	container in above.mentioned
	count(allowed_at(above, container) & {"@@assign", "@@append"}) == 0
}

assigned(above, names, path) := given(names, path, "@@assign")[0] if {
	"@@assign" in allowed_at(above, path)
	count(given(names, path, "@@assign")) > 0
}

else := object.get(above.values, [path], null)

appended(value, above, names, path) := array.concat(before, added) if {
	"@@append" in allowed_at(above, path)
	lists := given(names, path, "@@append")
	count(lists) > 0
	before := [item | some item in value]
	items := [item | some list in lists; some item in list]
	added := [item | some at, item in items; not item in before; not item in array.slice(items, 0, at)]
}

else := value

removed(value, above, names, path) := left if {
	value != null
	"@@remove" in allowed_at(above, path)
	lists := given(names, path, "@@remove")
	count(lists) > 0
	gone := {item | some list in lists; some item in list}
	left := [item | some item in value; not item in gone]
}

else := value

given(names, path, operator) := [value | some name in names; value := uses[name][[path, operator]]]
