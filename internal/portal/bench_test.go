package portal_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"nakodo/internal/advisory/specimen"
	"nakodo/internal/httpd"
	"nakodo/internal/words"
)

// BenchmarkServeAdvisory compares serving a published advisory with a bare
// handler that writes the same bytes, in turns, so that both have the same
// weather. The metrics are requests per second of each, and "ratio", which must
// stay above 0.5: portal's by bare's.
//
//   - handler: the handlers alone, without a network
//   - loopback: over TCP, on four connections kept open
//   - loopback-all: the same with all that stands around the doors of a
//     server: request log, security headers, limits, the guard against other sites
func BenchmarkServeAdvisory(b *testing.B) {
	s := open(b)
	rev := specimen.First()
	s.publish(rev)
	path := s.Publisher().PagePath(rev.ID, words.EN)
	body := []byte(s.get(path).body)
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	b.Run("handler", func(b *testing.B) {
		r := httptest.NewRequest("GET", path, nil)
		call := func(h http.Handler) func(int) {
			return func(n int) {
				for range n {
					h.ServeHTTP(&sink{header: http.Header{}}, r)
				}
			}
		}
		inTurns(b, call(bare), call(s.mux))
	})
	guard := http.NewCrossOriginProtection()
	all := httpd.Log(slog.New(slog.NewTextHandler(io.Discard, nil)), time.Now, httpd.Headers(true, httpd.MaxBody(1<<20, 1<<30, guard.Handler(s.mux))))
	for name, h := range map[string]http.Handler{"loopback": s.mux, "loopback-all": all} {
		b.Run(name, func(b *testing.B) {
			inTurns(b, overTCP(b, bare, path, len(body)), overTCP(b, h, path, len(body)))
		})
	}
}

// inTurns gives each of the two the same number of requests, in turns.
func inTurns(b *testing.B, bare, portal func(n int)) {
	const turn = 400
	var tookBare, tookPortal time.Duration
	bare(turn) // warm
	portal(turn)
	b.ResetTimer()
	for left := b.N; left > 0; left -= turn {
		n := min(left, turn)
		begin := time.Now()
		bare(n)
		middle := time.Now()
		portal(n)
		tookBare, tookPortal = tookBare+middle.Sub(begin), tookPortal+time.Since(middle)
	}
	b.ReportMetric(float64(b.N)/tookBare.Seconds(), "bare-req/s")
	b.ReportMetric(float64(b.N)/tookPortal.Seconds(), "portal-req/s")
	b.ReportMetric(tookBare.Seconds()/tookPortal.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op") // of both together: says nothing
}

// overTCP serves h and gives a function that sends n requests on four
// connections. The client is as plain as can be, so that it takes little of the
// machine from the server.
func overTCP(b *testing.B, h http.Handler, path string, size int) func(n int) {
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	const connections = 4
	var conns [connections]net.Conn
	var readers [connections]*bufio.Reader
	for i := range conns {
		c, err := net.Dial("tcp", host)
		must(b, err)
		b.Cleanup(func() { _ = c.Close() })
		conns[i], readers[i] = c, bufio.NewReaderSize(c, 64<<10)
	}
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, host)
	return func(n int) {
		var all sync.WaitGroup
		for i := range conns {
			all.Go(func() {
				for range (n + connections - 1) / connections {
					if _, err := conns[i].Write(request); err != nil {
						b.Error(err)
						return
					}
					if err := skipAnswer(readers[i], size); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
	}
}

// skipAnswer reads one answer and checks no more than its status and size.
func skipAnswer(r *bufio.Reader, size int) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(line), "HTTP/1.1 200 ") {
		return fmt.Errorf("answer %q", line)
	}
	for len(line) > 2 {
		if line, err = r.ReadSlice('\n'); err != nil {
			return err
		}
	}
	_, err = r.Discard(size)
	return err
}

// sink is a ResponseWriter that costs nothing.
type sink struct {
	header http.Header
	n      int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(b []byte) (int, error) { s.n += len(b); return len(b), nil }
