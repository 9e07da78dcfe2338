package csaf

import "testing"

// BenchmarkValidate judges the corpus of real documents, parsing included;
// one op is one document.
func BenchmarkValidate(b *testing.B) {
	files := readCorpus(b, "csaf-ics")
	for _, preset := range []string{"schema", "basic", "extended", "full"} {
		b.Run(preset, func(b *testing.B) {
			v, err := NewValidator(Options{Preset: preset})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			bytes, i := 0, 0
			for b.Loop() {
				f := files[i%len(files)]
				i++
				tree, err := Parse(f.data)
				if err != nil {
					b.Fatal(f.name, err)
				}
				if _, err := v.Validate(tree); err != nil {
					b.Fatal(f.name, err)
				}
				bytes += len(f.data)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
			b.ReportMetric(float64(bytes)/1e6/b.Elapsed().Seconds(), "MB/s")
		})
	}
}

// BenchmarkParse reads the corpus; one op is one document.
func BenchmarkParse(b *testing.B) {
	files := readCorpus(b, "csaf-ics")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := Parse(files[i%len(files)].data); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}
