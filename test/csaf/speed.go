//go:build ignore

// Measures how many documents of a folder our validator judges in a second,
// reading them from memory and parsing included:
//
//	go build -o speed test/csaf/speed.go
//	taskset -c 0 ./speed PRESET CORPUS     one core
//	./speed PRESET CORPUS                  all cores
//
// ROUNDS (6) is how often it goes over the folder. Where other programs keep
// the machine busy, the figure by CPU time is the firm one.
package main

import (
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"nakodo/csaf"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: speed PRESET CORPUS")
	}
	v, err := csaf.NewValidator(csaf.Options{Preset: os.Args[1]})
	if err != nil {
		log.Fatal(err)
	}
	texts, err := read(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	rounds, err := strconv.Atoi(os.Getenv("ROUNDS"))
	if err != nil {
		rounds = 6
	}
	for range rounds {
		start, cpu := time.Now(), usage()
		judge(v, texts)
		wall, spent := time.Since(start), usage().cpu-cpu.cpu
		n := float64(len(texts))
		fmt.Printf("nakodo csaf %s, %d cores: %.0f docs/s, %.0f docs per CPU second, peak %d MB\n",
			os.Args[1], runtime.GOMAXPROCS(0), n/wall.Seconds(), n/spent.Seconds(), usage().peak>>20)
	}
}

func read(folder string) (texts []string, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		text, err := os.ReadFile(path)
		texts = append(texts, string(text))
		return err
	})
	return texts, err
}

// judge judges every text, on all cores.
func judge(v *csaf.Validator, texts []string) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(texts)); i = next.Add(1) - 1 {
				tree, err := csaf.ParseLimited(texts[i], csaf.DefaultLimits())
				if err != nil {
					log.Fatal(err)
				}
				if _, err := v.Validate(tree); err != nil {
					log.Fatal(err)
				}
			}
		})
	}
	wait.Wait()
}

type used struct {
	cpu  time.Duration
	peak int64 // bytes
}

func usage() used {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		log.Fatal(err)
	}
	return used{time.Duration(r.Utime.Nano() + r.Stime.Nano()), r.Maxrss << 10}
}
