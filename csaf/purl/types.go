package purl

import (
	"fmt"
	"strings"
)

// rule is what the definition of a type adds to the standard.
type rule struct {
	namespace    need
	lowNamespace bool
	lowName      bool
	lowVersion   bool
	qualifier    string // that must be there
}

type need uint8

const (
	optional need = iota
	required
	prohibited
)

// rules by type; the source is the list of types kept with the standard at
// https://github.com/package-url/purl-spec. Types that are not in it are legal
// and have no rule.
var rules = map[string]rule{
	"alpm":             {required, true, true, false, ""},
	"apk":              {required, true, true, false, ""},
	"bazel":            {namespace: prohibited},
	"bitbucket":        {required, true, true, false, ""},
	"bitnami":          {namespace: prohibited, lowName: true},
	"brew":             {optional, true, true, false, ""},
	"cargo":            {namespace: prohibited},
	"chrome-extension": {namespace: prohibited, lowName: true},
	"cocoapods":        {namespace: prohibited},
	"composer":         {required, true, true, false, ""},
	"conda":            {namespace: prohibited},
	"cran":             {namespace: prohibited},
	"deb":              {required, true, true, false, ""},
	"gem":              {namespace: prohibited},
	"git":              {namespace: required},
	"github":           {required, true, true, false, ""},
	"golang":           {namespace: required},
	"hackage":          {namespace: prohibited},
	"hex":              {optional, true, true, false, ""},
	"huggingface":      {namespace: required, lowVersion: true},
	"julia":            {namespace: prohibited, qualifier: "uuid"},
	"luarocks":         {optional, true, true, false, ""},
	"maven":            {namespace: required},
	"mlflow":           {namespace: prohibited},
	"nuget":            {namespace: prohibited},
	"oci":              {namespace: prohibited, lowName: true, lowVersion: true},
	"opam":             {namespace: prohibited},
	"otp":              {namespace: prohibited, lowName: true},
	"pub":              {namespace: prohibited, lowName: true},
	"pypi":             {namespace: prohibited, lowName: true, lowVersion: true},
	"qpkg":             {namespace: required, lowNamespace: true},
	"rpm":              {namespace: required, lowNamespace: true},
	"swid":             {qualifier: "tag_id"},
	"swift":            {namespace: required},
	"vcpkg":            {namespace: prohibited},
	"vscode-extension": {required, true, true, true, ""},
	"yocto":            {namespace: optional, lowNamespace: true},
}

// Build checks and normalises a package URL put together from its parts.
func Build(p Purl) (Purl, error) {
	if !isType(p.Type) {
		return p, errType
	}
	p.Type = strings.ToLower(p.Type)
	kept := make([]Qualifier, 0, len(p.Qualifiers))
	for _, q := range p.Qualifiers {
		if !isKey(q.Key, false) {
			return p, fmt.Errorf("qualifier key %q is not allowed", q.Key)
		}
		if q.Value != "" {
			kept = append(kept, Qualifier{strings.ToLower(q.Key), q.Value})
		}
	}
	var err error
	if p.Qualifiers, err = sorted(kept); err != nil {
		return p, err
	}
	return p.normal()
}

// normal applies the rules of the type.
func (p Purl) normal() (Purl, error) {
	if p.Name == "" {
		return p, errName
	}
	r := rules[p.Type]
	switch {
	case r.namespace == required && p.Namespace == "":
		return p, fmt.Errorf("has no namespace, which type %q requires", p.Type)
	case r.namespace == prohibited && p.Namespace != "":
		return p, fmt.Errorf("has the namespace %q, but type %q has no namespaces", p.Namespace, p.Type)
	case r.qualifier != "" && p.Qualifier(r.qualifier) == "":
		return p, fmt.Errorf("has no qualifier %q, which type %q requires", r.qualifier, p.Type)
	}
	if r.lowNamespace {
		p.Namespace = strings.ToLower(p.Namespace)
	}
	if r.lowName {
		p.Name = strings.ToLower(p.Name)
	}
	if r.lowVersion {
		p.Version = strings.ToLower(p.Version)
	}
	return p.special()
}

// special holds the rules that only one type has.
func (p Purl) special() (Purl, error) {
	switch p.Type {
	case "cpan":
		if strings.Contains(p.Name, "::") {
			return p, errCPAN
		}
	case "git": // the host is the namespace, the whole path is the name
		host, path, ok := strings.Cut(p.Namespace, "/")
		if ok {
			p.Namespace, p.Name = host, path+"/"+p.Name
		}
		if host == "github" || host == "github.com" {
			p.Name = strings.ToLower(p.Name)
		}
	case "mlflow": // Databricks does not tell cases apart, Azure does
		if strings.Contains(p.Qualifier("repository_url"), "databricks") {
			p.Name = strings.ToLower(p.Name)
		}
	case "pub":
		p.Name = strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
				return r
			}
			return '_'
		}, p.Name)
	case "pypi":
		p.Name = strings.ReplaceAll(p.Name, "_", "-")
	}
	return p, nil
}
