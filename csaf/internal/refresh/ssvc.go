package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// decisionPoints writes the decision points of SSVC from a clone of
// github.com/CERTCC/SSVC. The day since which a version exists is that of the
// first commit with its file, wherever the file stood at that time.
func decisionPoints(out, clone string) error {
	if clone == "" {
		return fmt.Errorf("name a clone of https://github.com/CERTCC/SSVC with -file")
	}
	days, err := firstDays(clone)
	if err != nil {
		return err
	}
	head, err := exec.Command("git", "-C", clone, "log", "-1", "--format=%h of %as").Output()
	if err != nil {
		return fmt.Errorf("git log: %w", err)
	}
	var lines []string
	root := filepath.Join(clone, "data", "json", "decision_points")
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".json" {
			return err
		}
		line, err := decisionPoint(name, days)
		if line != "" {
			lines = append(lines, line)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(lines)
	text := fmt.Sprintf("# SSVC decision points, https://github.com/CERTCC/SSVC at %s (Carnegie Mellon University, MIT (SEI) style licence)\n"+
		"# namespace, key, version, day of publication, name, then key=name of each value in order\n%s\n",
		bytes.TrimSpace(head), strings.Join(lines, "\n"))
	return os.WriteFile(filepath.Join(out, "decision_points.tsv"), []byte(text), 0o644)
}

func decisionPoint(file string, days map[string]string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var p struct {
		Namespace, Key, Version, Name string
		Values                        []struct{ Key, Name string }
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	if strings.HasPrefix(p.Namespace, "x_") {
		return "", nil // unregistered: anybody's
	}
	cells := []string{p.Namespace, p.Key, p.Version, days[dayKey(file)], p.Name}
	for _, v := range p.Values {
		cells = append(cells, v.Key+"="+v.Name)
	}
	return strings.Join(cells, "\t"), nil
}

// firstDays tells for each file name when a file of that name first appeared.
func firstDays(clone string) (map[string]string, error) {
	log, err := exec.Command("git", "-C", clone, "log", "--format=@%as", "--name-only", "--diff-filter=AR", "--", "data").Output()
	if err != nil {
		return nil, fmt.Errorf("git log: %w", err)
	}
	days := map[string]string{}
	day := ""
	for line := range strings.Lines(string(log)) {
		line = strings.TrimSpace(line)
		if d, ok := strings.CutPrefix(line, "@"); ok {
			day = d
		} else if path.Ext(line) == ".json" {
			if old, ok := days[dayKey(line)]; !ok || day < old {
				days[dayKey(line)] = day
			}
		}
	}
	return days, nil
}

func dayKey(file string) string {
	return strings.ReplaceAll(path.Base(filepath.ToSlash(file)), "-", "_")
}
