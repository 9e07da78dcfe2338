package match_test

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"nakodo/internal/match"
)

// BenchmarkRank reports the time of a question (p50, p99, worst), by the clock
// and, since other programs share the machine, by the processor time of its
// thread; the heap the index holds; and the time of one change.
//
//	go test -run '^$' -bench Rank -benchtime 3000x -cpu 1 ./internal/match
func BenchmarkRank(b *testing.B) {
	before := heap()
	x, n := benchIndex()
	size := heap() - before
	var questions []match.Question
	for range 1000 {
		questions = append(questions, n.question())
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var took, spent []time.Duration
	b.ResetTimer()
	for i := range b.N {
		start, cpu := time.Now(), threadTime(b)
		x.Rank(questions[i%len(questions)])
		took = append(took, time.Since(start))
		spent = append(spent, threadTime(b)-cpu)
	}
	b.StopTimer()
	for _, m := range []struct {
		name  string
		times []time.Duration
	}{{"", took}, {"cpu-", spent}} {
		slices.Sort(m.times)
		b.ReportMetric(ms(m.times[len(m.times)/2]), m.name+"p50-ms")
		b.ReportMetric(ms(m.times[len(m.times)*99/100]), m.name+"p99-ms")
		b.ReportMetric(ms(m.times[len(m.times)-1]), m.name+"worst-ms")
	}
	b.ReportMetric(float64(size)/(1<<20), "MiB-index")
	start := time.Now()
	const changes = 1000
	for i := range changes {
		x.Put(n.entry(i*97%benchOrganisations, 10))
	}
	b.ReportMetric(ms(time.Since(start))/changes, "ms/change")
	runtime.KeepAlive(x)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// threadTime is the processor time this thread has used.
func threadTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
