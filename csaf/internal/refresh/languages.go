package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// languages writes one file for each kind of subtag. Lines have one width in
// each file, so that the reader can search them without building an index.
func languages(out, _ string) error {
	version, files, err := npm("language-subtag-registry")
	if err != nil {
		return err
	}
	var meta map[string]string
	if err := json.Unmarshal(files["data/json/meta.json"], &meta); err != nil {
		return err
	}
	var records []struct {
		Type, Subtag, Tag string
		Prefix            []string
	}
	if err := json.Unmarshal(files["data/json/registry.json"], &records); err != nil {
		return err
	}
	lists := map[string][]string{}
	for _, r := range records {
		tag := strings.ToLower(r.Subtag + r.Tag)
		if strings.Contains(tag, "..") {
			continue // private use ranges, which the reader knows
		}
		switch {
		case r.Type == "language" && len(tag) == 2:
			lists["language2"] = append(lists["language2"], tag)
		case r.Type == "language":
			lists["language3"] = append(lists["language3"], tag)
		case r.Type == "extlang":
			lists["extlang"] = append(lists["extlang"], fmt.Sprintf("%s %-3s", tag, r.Prefix[0]))
		case r.Type == "region":
			lists["region"] = append(lists["region"], fmt.Sprintf("%-3s", tag))
		case r.Type == "variant":
			lists["variant"] = append(lists["variant"], fmt.Sprintf("%-8s", tag))
		case r.Type == "script", r.Type == "grandfathered":
			lists[r.Type] = append(lists[r.Type], tag)
		}
	}
	for name, list := range lists {
		slices.Sort(list)
		text := strings.Join(list, "\n") + "\n"
		if err := os.WriteFile(filepath.Join(out, name+".txt"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	about := fmt.Sprintf("%s\nIANA Language Subtag Registry (https://www.iana.org/assignments/language-subtag-registry), "+
		"through npm language-subtag-registry %s, CC0-1.0\n", meta["File-Date"], version)
	return os.WriteFile(filepath.Join(out, "VERSION"), []byte(about), 0o644)
}
