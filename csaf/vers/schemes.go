package vers

import "strings"

// scheme is the way of one type to write and order versions.
type scheme struct {
	compare    func(a, b string) int
	valid      func(string) bool // nil: everything is a version
	want       string            // what valid wants, for messages
	bestEffort bool              // there is no defined order, ours is a guess
}

// natural orders versions of which nobody said how to order them.
var natural = scheme{compare: compareNatural, bestEffort: true}

// registered are the types in the list of types of the VERS specification.
var registered = map[string]*scheme{
	"all":           {compare: compareNatural, bestEffort: true},
	"alpm":          {compare: compareALPM},
	"apk":           {compare: compareAPK},
	"cargo":         {compare: compareSemver},
	"composer":      {compare: compareComposer},
	"cpan":          {compare: compareCPAN},
	"dart":          {compare: compareSemver},
	"datetime":      {compare: compareDatetime, valid: isDatetime, want: `a time as in RFC 3339 with upper case "T" and "Z"`},
	"deb":           {compare: compareDeb},
	"gem":           {compare: compareGem},
	"generic":       &natural,
	"golang":        {compare: compareSemver},
	"hackage":       {compare: compareHackage},
	"intdot":        {compare: compareIntdot},
	"lexicographic": {compare: strings.Compare},
	"maven":         {compare: compareMaven},
	"none":          &natural,
	"npm":           {compare: compareSemver},
	"nuget":         {compare: compareNuget},
	"pypi":          {compare: comparePyPI},
	"rpm":           {compare: compareRPM},
	"semver":        {compare: compareSemver, valid: isSemver, want: "a version as in semver.org"},
}

// others are types in common use, not in that list. TomEE stands for Maven's
// order in the specification's and in CSAF's examples.
var others = map[string]*scheme{
	"conan":   {compare: compareConan},
	"ebuild":  {compare: compareGentoo},
	"gentoo":  {compare: compareGentoo},
	"hex":     {compare: compareSemver},
	"nginx":   {compare: compareSemver},
	"openssl": {compare: compareOpenSSL},
	"pub":     {compare: compareSemver},
	"tomee":   {compare: compareMaven},
}

func schemeOf(typ string) *scheme {
	if s := registered[typ]; s != nil {
		return s
	}
	return others[typ]
}

// Registered reports whether the VERS specification lists a type.
func Registered(typ string) bool {
	_, ok := registered[typ]
	return ok
}

// Supported reports whether this package can compare versions of a type.
func Supported(typ string) bool { return schemeOf(typ) != nil }

// Compare orders two versions of a type: negative if a is before b, 0 if they
// are equal, positive if a is after b. It is not ok for types that are not
// supported. The type "" is a vls: an order on best effort.
func Compare(typ, a, b string) (order int, ok bool) {
	s := schemeOf(typ)
	if typ == "" {
		s = &natural
	}
	if s == nil {
		return 0, false
	}
	return s.compare(a, b), true
}
