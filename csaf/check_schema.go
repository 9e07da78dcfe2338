package csaf

// schemaChecks is the test against the JSON schema, under the name that the
// preset has.
var schemaChecks = []check{
	{"schema", v20 | v21, schemaViolations, 0},
}

func schemaViolations(c *checker) {
	for _, v := range c.bySchema().found {
		c.fail(v.at, "%s", v.msg)
	}
}

// bySchema is the walk of the schema over the document, done once.
func (x *index) bySchema() *schemaRun {
	if x.walked == nil {
		x.walked = &schemaRun{most: 100_000}
		schemaFor[x.version]().check(x.root, x.walked)
	}
	return x.walked
}
