package cvss

// metric is a row of the tables: how a metric is written in a vector and as a
// property of FIRST's JSON schemas.
type metric struct {
	abbrev   string
	property string
	values   []value
	required bool
}

type value struct{ abbrev, name string }

var (
	highLowNone = []value{{"H", "HIGH"}, {"L", "LOW"}, {"N", "NONE"}}
	highLow     = []value{{"H", "HIGH"}, {"L", "LOW"}}
	requirement = []value{{"X", "NOT_DEFINED"}, {"L", "LOW"}, {"M", "MEDIUM"}, {"H", "HIGH"}}
	scope       = []value{{"U", "UNCHANGED"}, {"C", "CHANGED"}}
	interaction = []value{{"N", "NONE"}, {"R", "REQUIRED"}}
	attack3     = []value{{"N", "NETWORK"}, {"A", "ADJACENT_NETWORK"}, {"L", "LOCAL"}, {"P", "PHYSICAL"}}
	attack4     = []value{{"N", "NETWORK"}, {"A", "ADJACENT"}, {"L", "LOCAL"}, {"P", "PHYSICAL"}}
	present     = []value{{"N", "NONE"}, {"P", "PRESENT"}}
	user4       = []value{{"N", "NONE"}, {"P", "PASSIVE"}, {"A", "ACTIVE"}}
	subSafety   = []value{{"X", "NOT_DEFINED"}, {"N", "NEGLIGIBLE"}, {"L", "LOW"}, {"H", "HIGH"}, {"S", "SAFETY"}}
	impact2     = []value{{"N", "NONE"}, {"P", "PARTIAL"}, {"C", "COMPLETE"}}
	need2       = []value{{"L", "LOW"}, {"M", "MEDIUM"}, {"H", "HIGH"}, {"ND", "NOT_DEFINED"}}
)

func orUndefined(values []value) []value {
	return append([]value{{"X", "NOT_DEFINED"}}, values...)
}

// metrics20 are those of CVSS 2.0, in the order of the vector.
var metrics20 = []metric{
	{"AV", "accessVector", []value{{"L", "LOCAL"}, {"A", "ADJACENT_NETWORK"}, {"N", "NETWORK"}}, true},
	{"AC", "accessComplexity", []value{{"H", "HIGH"}, {"M", "MEDIUM"}, {"L", "LOW"}}, true},
	{"Au", "authentication", []value{{"M", "MULTIPLE"}, {"S", "SINGLE"}, {"N", "NONE"}}, true},
	{"C", "confidentialityImpact", impact2, true},
	{"I", "integrityImpact", impact2, true},
	{"A", "availabilityImpact", impact2, true},
	{"E", "exploitability", []value{{"U", "UNPROVEN"}, {"POC", "PROOF_OF_CONCEPT"}, {"F", "FUNCTIONAL"}, {"H", "HIGH"}, {"ND", "NOT_DEFINED"}}, false},
	{"RL", "remediationLevel", []value{{"OF", "OFFICIAL_FIX"}, {"TF", "TEMPORARY_FIX"}, {"W", "WORKAROUND"}, {"U", "UNAVAILABLE"}, {"ND", "NOT_DEFINED"}}, false},
	{"RC", "reportConfidence", []value{{"UC", "UNCONFIRMED"}, {"UR", "UNCORROBORATED"}, {"C", "CONFIRMED"}, {"ND", "NOT_DEFINED"}}, false},
	{"CDP", "collateralDamagePotential", []value{{"N", "NONE"}, {"L", "LOW"}, {"LM", "LOW_MEDIUM"}, {"MH", "MEDIUM_HIGH"}, {"H", "HIGH"}, {"ND", "NOT_DEFINED"}}, false},
	{"TD", "targetDistribution", []value{{"N", "NONE"}, {"L", "LOW"}, {"M", "MEDIUM"}, {"H", "HIGH"}, {"ND", "NOT_DEFINED"}}, false},
	{"CR", "confidentialityRequirement", need2, false},
	{"IR", "integrityRequirement", need2, false},
	{"AR", "availabilityRequirement", need2, false},
}

// metrics3x are those of CVSS 3.0 and 3.1.
var metrics3x = []metric{
	{"AV", "attackVector", attack3, true},
	{"AC", "attackComplexity", highLow, true},
	{"PR", "privilegesRequired", highLowNone, true},
	{"UI", "userInteraction", interaction, true},
	{"S", "scope", scope, true},
	{"C", "confidentialityImpact", highLowNone, true},
	{"I", "integrityImpact", highLowNone, true},
	{"A", "availabilityImpact", highLowNone, true},
	{"E", "exploitCodeMaturity", []value{{"X", "NOT_DEFINED"}, {"U", "UNPROVEN"}, {"P", "PROOF_OF_CONCEPT"}, {"F", "FUNCTIONAL"}, {"H", "HIGH"}}, false},
	{"RL", "remediationLevel", []value{{"X", "NOT_DEFINED"}, {"O", "OFFICIAL_FIX"}, {"T", "TEMPORARY_FIX"}, {"W", "WORKAROUND"}, {"U", "UNAVAILABLE"}}, false},
	{"RC", "reportConfidence", []value{{"X", "NOT_DEFINED"}, {"U", "UNKNOWN"}, {"R", "REASONABLE"}, {"C", "CONFIRMED"}}, false},
	{"CR", "confidentialityRequirement", requirement, false},
	{"IR", "integrityRequirement", requirement, false},
	{"AR", "availabilityRequirement", requirement, false},
	{"MAV", "modifiedAttackVector", orUndefined(attack3), false},
	{"MAC", "modifiedAttackComplexity", orUndefined(highLow), false},
	{"MPR", "modifiedPrivilegesRequired", orUndefined(highLowNone), false},
	{"MUI", "modifiedUserInteraction", orUndefined(interaction), false},
	{"MS", "modifiedScope", orUndefined(scope), false},
	{"MC", "modifiedConfidentialityImpact", orUndefined(highLowNone), false},
	{"MI", "modifiedIntegrityImpact", orUndefined(highLowNone), false},
	{"MA", "modifiedAvailabilityImpact", orUndefined(highLowNone), false},
}

// metrics40 are those of CVSS 4.0, in the order that its vector must have.
var metrics40 = []metric{
	{"AV", "attackVector", attack4, true},
	{"AC", "attackComplexity", highLow, true},
	{"AT", "attackRequirements", present, true},
	{"PR", "privilegesRequired", highLowNone, true},
	{"UI", "userInteraction", user4, true},
	{"VC", "vulnConfidentialityImpact", highLowNone, true},
	{"VI", "vulnIntegrityImpact", highLowNone, true},
	{"VA", "vulnAvailabilityImpact", highLowNone, true},
	{"SC", "subConfidentialityImpact", highLowNone, true},
	{"SI", "subIntegrityImpact", highLowNone, true},
	{"SA", "subAvailabilityImpact", highLowNone, true},
	{"E", "exploitMaturity", []value{{"X", "NOT_DEFINED"}, {"A", "ATTACKED"}, {"P", "PROOF_OF_CONCEPT"}, {"U", "UNREPORTED"}}, false},
	{"CR", "confidentialityRequirement", requirement, false},
	{"IR", "integrityRequirement", requirement, false},
	{"AR", "availabilityRequirement", requirement, false},
	{"MAV", "modifiedAttackVector", orUndefined(attack4), false},
	{"MAC", "modifiedAttackComplexity", orUndefined(highLow), false},
	{"MAT", "modifiedAttackRequirements", orUndefined(present), false},
	{"MPR", "modifiedPrivilegesRequired", orUndefined(highLowNone), false},
	{"MUI", "modifiedUserInteraction", orUndefined(user4), false},
	{"MVC", "modifiedVulnConfidentialityImpact", orUndefined(highLowNone), false},
	{"MVI", "modifiedVulnIntegrityImpact", orUndefined(highLowNone), false},
	{"MVA", "modifiedVulnAvailabilityImpact", orUndefined(highLowNone), false},
	{"MSC", "modifiedSubConfidentialityImpact", []value{{"X", "NOT_DEFINED"}, {"N", "NEGLIGIBLE"}, {"L", "LOW"}, {"H", "HIGH"}}, false},
	{"MSI", "modifiedSubIntegrityImpact", subSafety, false},
	{"MSA", "modifiedSubAvailabilityImpact", subSafety, false},
	{"S", "Safety", []value{{"X", "NOT_DEFINED"}, {"N", "NEGLIGIBLE"}, {"P", "PRESENT"}}, false},
	{"AU", "Automatable", []value{{"X", "NOT_DEFINED"}, {"N", "NO"}, {"Y", "YES"}}, false},
	{"R", "Recovery", []value{{"X", "NOT_DEFINED"}, {"A", "AUTOMATIC"}, {"U", "USER"}, {"I", "IRRECOVERABLE"}}, false},
	{"V", "valueDensity", []value{{"X", "NOT_DEFINED"}, {"D", "DIFFUSE"}, {"C", "CONCENTRATED"}}, false},
	{"RE", "vulnerabilityResponseEffort", []value{{"X", "NOT_DEFINED"}, {"L", "LOW"}, {"M", "MODERATE"}, {"H", "HIGH"}}, false},
	{"U", "providerUrgency", []value{{"X", "NOT_DEFINED"}, {"Clear", "CLEAR"}, {"Green", "GREEN"}, {"Amber", "AMBER"}, {"Red", "RED"}}, false},
}
