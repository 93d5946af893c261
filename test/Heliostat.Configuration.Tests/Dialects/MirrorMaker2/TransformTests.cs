using Heliostat.Configuration.Transforms;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

/// <summary><c>transforms</c> and <c>predicates</c> of a file: what they come to, and each mistake with its line.</summary>
public sealed class TransformTests
{
    private const string Connect = "org.apache.kafka.connect.transforms.";

    private static TransformChain Chain(params string[] lines)
    {
        var read = Configurations.GoodWith(string.Join('\n', lines));
        Assert.Empty(read.Errors.Lines());
        Assert.Empty(read.Warnings.Lines());
        return read.ToFile().Flows[0].Transforms;
    }

    [Fact]
    public void A_chain_is_read_in_its_order_with_its_predicates()
    {
        var chain = Chain(
            "A->B.transforms = route, drop",
            $"A->B.transforms.route.type = {Connect}RegexRouter",
            @"A->B.transforms.route.regex = A\\.(.*)",
            "A->B.transforms.route.replacement = $1",
            "A->B.transforms.drop.type = Filter",
            "A->B.transforms.drop.predicate = test",
            "A->B.transforms.drop.negate = true",
            "A->B.predicates = test",
            $"A->B.predicates.test.type = {Connect}predicates.HasHeaderKey",
            "A->B.predicates.test.name = keep");

        Assert.Equal("orders", chain.NameOf("A.orders"));
        var step = Assert.Single(chain.Of("A.orders"));
        Assert.Equal(("orders", "drop"), (step.Topic, step.Step.Name));
        Assert.Equal(new RecordCondition.Not(new RecordCondition.HasHeader("keep")), step.Step.When);
        Assert.Contains("transforms.route.replacement=$1", chain.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Scripts_are_transforms_and_predicates()
    {
        var step = Assert.Single(Chain(
            "A->B.transforms = s", "A->B.transforms.s.type = heliostat.Script", "A->B.transforms.s.script = if (record.key) \\",
            "  record.key = '1'", "A->B.transforms.s.predicate = p", "A->B.predicates = p", "A->B.predicates.p.type = heliostat.Script",
            "A->B.predicates.p.expression = record.value === null").Steps);

        Assert.Equal("if (record.key) record.key = '1'", Assert.IsType<TransformAction.Script>(step.Action).Code.Text);
        Assert.Equal("return (record.value === null\n)", Assert.IsType<RecordCondition.Script>(step.When).Code.Text);
    }

    [Theory]
    [InlineData("A->B.transforms.s.script = return (", "A->B.transforms.s.script", "is no JavaScript: ")]
    [InlineData("A->B.transforms.s.script =", "A->B.transforms.s.script", "is empty")]
    [InlineData("", "A->B.transforms", "'transforms.s.script' is missing")]
    [InlineData("A->B.transforms.s.script = 1\nA->B.transforms.s.predicate = p\nA->B.predicates = p\nA->B.predicates.p.type = "
        + "heliostat.Script\nA->B.predicates.p.expression = return 1", "A->B.predicates.p.expression", "is no JavaScript: ")]
    public void What_is_no_script_is_told_with_its_line(string lines, string key, string told)
    {
        var errors = Configurations.GoodWith($"A->B.transforms = s\nA->B.transforms.s.type = heliostat.Script\n{lines}").Errors.Lines();

        Assert.Contains(errors, error => error.Contains(key, StringComparison.Ordinal) && error.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_of_encryption_are_read_by_their_ids()
    {
        var key = Convert.ToBase64String(new byte[32]);
        var steps = Chain(
            "A->B.transforms = s, o", "A->B.transforms.s.type = heliostat.Encrypt$Value", "A->B.transforms.s.key.id = k1",
            $"A->B.transforms.s.key.k1 = {key}",
            "A->B.transforms.o.type = heliostat.Decrypt$Key", "A->B.transforms.o.key.ids = a, b-2", $"A->B.transforms.o.key.a = {key}",
            $"A->B.transforms.o.key.b-2 = {key}",
            "A->B.transforms.o.unencrypted = pass").Steps;

        Assert.Equal(("k1", PayloadPart.Value),
            (Assert.IsType<TransformAction.Encrypt>(steps[0].Action).Id, ((TransformAction.Encrypt)steps[0].Action).Part));
        var open = Assert.IsType<TransformAction.Decrypt>(steps[1].Action);
        Assert.Equal(("a b-2", false, PayloadPart.Key), (string.Join(' ', open.Keys.Keys), open.FailsPlain, open.Part));
    }

    [Theory]
    [InlineData("s.key.id = k1", "'transforms.s.key.k1' is missing")]
    [InlineData("s.key.id = k 1", "has 'k 1', which is no id of a key")]
    [InlineData("s.key.id = k1\nA->B.transforms.s.key.k1 = c2hvcnQ=",
        "is not a key of 32 bytes in base64, as 'openssl rand -base64 32' makes them")]
    [InlineData("s.other = x", "'transforms.s.key.id' is missing")]
    public void Keys_of_encryption_that_cannot_be_used_are_told_and_not_shown(string line, string told)
    {
        var errors = string.Join('\n', Configurations.GoodWith(
            $"A->B.transforms = s\nA->B.transforms.s.type = heliostat.Encrypt$Value\nA->B.transforms.{line}").Errors.Lines());

        Assert.Contains(told, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("c2hvcnQ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Registries_are_read_by_the_names_of_Confluents_clients()
    {
        var read = Configurations.GoodWith(string.Join('\n',
            "A.schema.registry.url = http://a1:8081, https://a2/registry", "A.basic.auth.credentials.source = USER_INFO",
            "A.basic.auth.user.info = me:secret",
            "B.schema.registry.url = https://b", "B.bearer.auth.credentials.source = STATIC_TOKEN", "B.bearer.auth.token = tok",
            "B.schema.registry.ssl.endpoint.identification.algorithm =",
            "A->B.heliostat.schemas = translate", "A->B.heliostat.schemas.topics = orders.*", "A->B.heliostat.schemas.payload = key, value",
            "A->B.heliostat.schemas.subjects.exclude = test-.*"));

        Assert.Empty(read.Errors.Lines());
        Assert.Empty(read.Warnings.Lines());
        var flow = read.ToFile().Flows[0];
        var (source, target) = (flow.Schemas!.Source, flow.Schemas.Target);
        Assert.Equal(["http://a1:8081/", "https://a2/registry"], source.Urls.Select(url => url.ToString()));
        Assert.Equal(("me:secret", ""), (source.UserInfo.Reveal(), source.Token.Reveal()));
        Assert.Equal(("", "tok", false), (target.UserInfo.Reveal(), target.Token.Reveal(), target.Tls.ChecksHostName));
        Assert.False(flow.Schemas.Subjects.Includes("test-a"));
        Assert.Equal([PayloadPart.Key, PayloadPart.Value],
            flow.Transforms.On("orders-1").Steps.Select(step => Assert.IsType<TransformAction.RegistryIds>(step.Action).Part));
        Assert.Empty(flow.Transforms.On("other").Steps);
        Assert.DoesNotContain("secret", string.Join(' ', read.Explain(read.Flows[0]).Readers
            .SelectMany(reader => reader.Settings).Select(setting => setting.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_of_schemas_are_looked_at_behind_what_makes_values_readable()
    {
        var steps = Chain(
            "A.schema.registry.url = http://a", "B.schema.registry.url = http://b", "A->B.heliostat.schemas = translate",
            "A->B.transforms = o, s", "A->B.transforms.o.type = heliostat.Decrypt$Value", "A->B.transforms.o.key.ids = k1",
            $"A->B.transforms.o.key.k1 = {Convert.ToBase64String(new byte[32])}",
            "A->B.transforms.s.type = heliostat.Encrypt$Value", "A->B.transforms.s.key.id = k1",
            $"A->B.transforms.s.key.k1 = {Convert.ToBase64String(new byte[32])}").Steps;

        Assert.Equal(["o", "heliostat.schemas", "s"], steps.Select(step => step.Name));
    }

    [Theory]
    [InlineData("m, o", "'m' stands before 'o', which decrypts: what is encrypted has no id; name it behind that")]
    [InlineData("s, m", "'m' stands behind 's', which encrypts: what is encrypted has no id; name it before that")]
    [InlineData("o, m, s", "")]
    public void A_map_of_ids_that_would_meet_what_is_encrypted_is_told(string order, string told)
    {
        var key = Convert.ToBase64String(new byte[32]);
        var lines = string.Join('\n', $"A->B.transforms = {order}",
            "A->B.transforms.m.type = heliostat.SchemaIds$Value", "A->B.transforms.m.ids = 1:2",
            "A->B.transforms.o.type = heliostat.Decrypt$Value", "A->B.transforms.o.key.ids = k1", $"A->B.transforms.o.key.k1 = {key}",
            "A->B.transforms.s.type = heliostat.Encrypt$Value", "A->B.transforms.s.key.id = k1", $"A->B.transforms.s.key.k1 = {key}");

        var errors = string.Join('\n', Configurations.GoodWith(lines).Errors.Lines());
        Assert.Contains(told, errors, StringComparison.Ordinal);
        Assert.Equal(told.Length == 0, errors.Length == 0);
    }

    [Theory]
    [InlineData("A->B.heliostat.schemas = copy", "'copy' is not one of off, lookup, translate, keep")]
    [InlineData("A->B.heliostat.schemas = keep", "needs the schema registries of both clusters: 'A.schema.registry.url' is missing")]
    [InlineData("A->B.heliostat.schemas = keep\nA.schema.registry.url = http://a",
        "needs the schema registries of both clusters: 'B.schema.registry.url' is missing")]
    [InlineData("A->B.heliostat.schemas = keep\nA.schema.registry.url = a:8081", "has an entry that is no address with http or https")]
    [InlineData("A->B.heliostat.schemas = keep\nA.schema.registry.url = http://a\nA.basic.auth.credentials.source = SASL_INHERIT",
        "'SASL_INHERIT' is not one of URL, USER_INFO")]
    [InlineData("A->B.heliostat.schemas = keep\nA.schema.registry.url = http://a\nA.basic.auth.credentials.source = USER_INFO",
        "USER_INFO needs 'A.basic.auth.user.info' as USER:PASSWORD")]
    [InlineData("A->B.heliostat.schemas = keep\nA.schema.registry.url = https://a\nA.schema.registry.ssl.truststore.location = /no/such",
        "/no/such")]
    [InlineData("A->B.heliostat.schemas = keep\nA->B.heliostat.schemas.payload = header", "is not one of value, key")]
    public void Registries_that_cannot_be_asked_are_told(string lines, string told) =>
        Assert.Contains(told, string.Join('\n', Configurations.GoodWith(lines).Errors.Lines()), StringComparison.Ordinal);

    [Fact]
    public void A_password_in_an_address_is_hidden()
    {
        var read = Configurations.GoodWith(
            "A.schema.registry.url = http://me:hush@a\nB.schema.registry.url = http://b\nA->B.heliostat.schemas = keep");

        Assert.Empty(read.Errors.Lines());
        Assert.DoesNotContain("hush", string.Join(' ', read.Explain(read.Flows[0]).Readers
            .SelectMany(reader => reader.Settings).Select(setting => setting.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public void Casts_and_times_are_read_as_Connect_reads_them()
    {
        var steps = Chain(
            "A->B.heliostat.payload.value = json", "A->B.transforms = c, w, t", $"A->B.transforms.c.type = {Connect}Cast$Value",
            "A->B.transforms.c.spec = a:INT8, b : string,a:int16",
            "A->B.transforms.w.type = Cast$Value", "A->B.transforms.w.spec = float64",
            "A->B.transforms.w.replace.null.with.default = false",
            "A->B.transforms.t.type = TimestampConverter$Value", "A->B.transforms.t.target.type = string",
            "A->B.transforms.t.format = yyyy-MM-dd'T'HH:mm", "A->B.transforms.t.unix.precision = seconds").Steps;

        var cast = Assert.IsType<TransformAction.Cast>(steps[0].Action);
        Assert.Equal("[a, Int16] [b, String]", string.Join(' ', cast.Fields));
        Assert.Equal(CastType.Float64, Assert.IsType<TransformAction.Cast>(steps[1].Action).Whole);
        var time = Assert.IsType<TransformAction.ConvertTimestamp>(steps[2].Action);
        Assert.Equal((null, true, "yyyy-MM-dd'T'HH:mm", UnixPrecision.Seconds),
            (time.Field, time.ToText, $"{time.Format}", time.Precision));
    }

    [Fact]
    public void Ids_of_schemas_are_read_with_what_is_done_about_others()
    {
        var steps = Chain(
            "A->B.transforms = v, k", "A->B.transforms.v.type = heliostat.SchemaIds$Value", "A->B.transforms.v.ids = 1:40, 2 : 41",
            "A->B.transforms.k.type = heliostat.SchemaIds$Key", "A->B.transforms.k.ids = 7:7", "A->B.transforms.k.unknown = pass").Steps;

        var ids = Assert.IsType<TransformAction.SchemaIds>(steps[0].Action);
        Assert.Equal((PayloadPart.Value, "[1, 40] [2, 41]", true), (ids.Part, string.Join(' ', ids.Ids), ids.FailsUnknown));
        Assert.False(Assert.IsType<TransformAction.SchemaIds>(steps[1].Action).FailsUnknown);
    }

    [Theory]
    [InlineData("", "ids: is missing or empty")]
    [InlineData("ids = 1", "ids: '1' has '1' where ID:ID is to be")]
    [InlineData("ids = 1:2,1:3", "ids: '1:2,1:3' has '1:3' where ID:ID is to be")]
    [InlineData("ids = -1:2", "ids: '-1:2' has '-1:2' where ID:ID is to be")]
    [InlineData("ids = 1:2|unknown = skip", "unknown: 'skip' is not one of fail, pass")]
    public void Ids_that_are_none_are_refused(string settings, string error)
    {
        string[] lines = [.. settings.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(setting => $"A->B.transforms.t.{setting}")];
        var read = Configurations.GoodWith(string.Join('\n',
            ["A->B.transforms = t", "A->B.transforms.t.type = heliostat.SchemaIds$Value", .. lines]));

        Assert.Contains(error, string.Join('\n', read.Errors.Lines()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cast", "", "'transforms.t.spec' is missing or empty")]
    [InlineData("Cast", "spec = a:int99", "spec: 'a:int99' has the type 'int99', which is not one of int8")]
    [InlineData("Cast", "spec = a:b:int8", "spec: 'a:b:int8' has 'a:b:int8' where FIELD:TYPE is to be")]
    [InlineData("Cast", "spec = a:int8,string", "spec: 'a:int8,string' casts the whole and besides something else")]
    [InlineData("TimestampConverter", "field = a", "'transforms.t.target.type' is missing")]
    [InlineData("TimestampConverter", "target.type = Date", "target.type: 'Date' makes a date of Java")]
    [InlineData("TimestampConverter", "target.type = nope", "target.type: 'nope' is not one of string, unix")]
    [InlineData("TimestampConverter", "target.type = string", "format: is missing")]
    [InlineData("TimestampConverter", "target.type = unix|format = 'abc", "format: ''abc' has a quote that does not end")]
    [InlineData("TimestampConverter", "target.type = unix|format = YYYY", "format: 'YYYY' has the letter 'Y'")]
    [InlineData("TimestampConverter", "target.type = unix|unix.precision = x", "unix.precision: 'x' is not one of seconds")]
    public void Casts_and_times_that_Connect_would_refuse_are_refused(string type, string settings, string error)
    {
        string[] lines = [.. settings.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(setting => $"A->B.transforms.t.{setting}")];
        var read = Configurations.GoodWith(string.Join('\n',
            ["A->B.heliostat.payload.value = json", "A->B.transforms = t", $"A->B.transforms.t.type = {Connect}{type}$Value", .. lines]));

        Assert.Contains(error.Replace("'transforms.t.spec' is", "spec: is", StringComparison.Ordinal),
            string.Join('\n', read.Errors.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_of_it_nothing_is_done() => Assert.Same(TransformChain.None, Chain("topics = .*"));

    [Fact]
    public void Filters_of_our_own_come_behind_the_transforms()
    {
        var chain = Chain("heliostat.records.drop = header:test", "A->B.heliostat.records.keep = key~a.*", "A->B.transforms = d",
            "A->B.transforms.d.type = DropHeaders", "A->B.transforms.d.headers = test,x");

        Assert.Equal(["d", "heliostat.records.keep", "heliostat.records.drop"], chain.Steps.Select(step => step.Name));
    }

    [Fact]
    public void Fields_are_looked_into_where_the_file_says_that_they_are_JSON()
    {
        var chain = Chain(
            "A->B.heliostat.payload.value = json", "A->B.transforms = m, h", $"A->B.transforms.m.type = {Connect}MaskField$Value",
            "A->B.transforms.m.fields = card, cvv",
            "A->B.transforms.h.type = heliostat.Hash$Key", "A->B.transforms.h.key = secret");

        var mask = Assert.IsType<TransformAction.MaskField>(chain.Steps[0].Action);
        Assert.Equal((PayloadPart.Value, "card,cvv"), (mask.Part, string.Join(',', mask.Fields)));
    }

    [Theory]
    [InlineData("A->B.transforms = t", "5: A->B.transforms: 'transforms.t.type' is missing")]
    [InlineData("transforms = t", "5: transforms: belongs to a flow, and so do the keys of what it names: write 'A->B.transforms'")]
    [InlineData("A->B.transforms = t, t\nA->B.transforms.t.type = Filter", "5: A->B.transforms: names 't' more than once")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = com.example.Mine",
        "6: A->B.transforms.t.type: 'com.example.Mine' cannot be used: a Java class needs its jar and Kafka's in "
            + "heliostat.java.classpath; known here: Filter, ")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = Filter\nA->B.transforms.t.negate = true",
        "7: A->B.transforms.t.negate: negates no predicate")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = Filter\nA->B.transforms.t.predicate = p",
        "7: A->B.transforms.t.predicate: 'p' is none of those that 'predicates' names")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = RegexRouter\nA->B.transforms.t.regex = a",
        "5: A->B.transforms: 'transforms.t.replacement' is missing")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = RegexRouter\nA->B.transforms.t.regex = a\nA->B.transforms.t.replacement = "
        + "$1", "8: A->B.transforms.t.replacement: '$1' names group 1, and the pattern has 0")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = DropHeaders\nA->B.transforms.t.headers =",
        "7: A->B.transforms.t.headers: is missing or empty")]
    [InlineData("heliostat.records.drop = timestamp>=10:30",
        "5: heliostat.records.drop: 'timestamp>=10:30' has '10:30' where a time is to be")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = TimestampRouter",
        "6: A->B.transforms.t.type: 'TimestampRouter' cannot be used: gives each record a topic of its own")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = "
        + "org.apache.kafka.connect.transforms.MaskField$Value\nA->B.transforms.t.fields = a",
        "6: A->B.transforms.t.type: 'org.apache.kafka.connect.transforms.MaskField$Value' cannot be used: looks into fields, and what a "
            + "mirror carries is bytes: MirrorMaker 2 fails on each record; 'heliostat.payload.value = json' has them read as JSON")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = SetSchemaMetadata$Value",
        "6: A->B.transforms.t.type: 'SetSchemaMetadata$Value' cannot be used: changes schemas")]
    [InlineData("A->B.predicates = p\nA->B.predicates.p.type = TopicNameMatches\nA->B.predicates.p.pattern = a(",
        "7: A->B.predicates.p.pattern: 'a('")]
    [InlineData("A->B.predicates = p\nA->B.predicates.p.type = heliostat.When\nA->B.predicates.p.condition = color=red",
        "7: A->B.predicates.p.condition: 'color=red' has 'color=red', which is no condition")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type =", "6: A->B.transforms.t.type: is empty")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = heliostat.Hash$Key\nA->B.transforms.t.key =",
        "7: A->B.transforms.t.key: is empty")]
    [InlineData("A->B.predicates = p\nA->B.predicates.p.type =", "6: A->B.predicates.p.type: is empty")]
    [InlineData(
        "A->B.transforms = t\nA->B.transforms.t.type = Filter\nA->B.transforms.t.predicate = p\nA->B.predicates = "
            + "p\nA->B.predicates.p.type = HasHeaderKey\nA->B.predicates.p.name =",
        "10: A->B.predicates.p.name: is empty")]
    [InlineData("heliostat.records.drop = sample=2/1", "5: heliostat.records.drop: 'sample=2/1' has 'sample=2/1', which is more than all")]
    [InlineData("A->B.transforms = t\nA->B.predicates = p\nA->B.predicates.p.type = RecordIsTombstone\nA->B.transforms.t.type = "
        + "RegexRouter\nA->B.transforms.t.regex = a\nA->B.transforms.t.replacement = b\nA->B.transforms.t.predicate = p",
        "11: A->B.transforms.t.predicate: 'p' looks at single records, and a lane has one topic")]
    public void What_cannot_be_done_is_refused_with_its_line(string written, string problem)
    {
        var read = Configurations.GoodWith(written);

        Assert.StartsWith(problem, Assert.Single(read.Errors.Lines()), StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(read.ToFile);
    }

    [Theory]
    [InlineData("A->B.transforms.t.type = Filter", "5: A->B.transforms.t.type: has no effect: 'transforms' does not name 't'")]
    [InlineData("A->B.transforms = t\nA->B.transforms.t.type = Filter\nA->B.transforms.t.color = red",
        "7: A->B.transforms.t.color: has no effect: it is not a setting of that; known: negate, predicate, type")]
    [InlineData("B.transforms = t",
        "5: B.transforms: has no effect: it belongs to flows; write 'transforms' for all or 'A->B.transforms' for one")]
    public void What_has_no_effect_is_named(string written, string problem) =>
        Assert.Equal([problem], Configurations.GoodWith(written).Warnings.Lines());

    [Theory]
    [InlineData("orders", "billing")]
    [InlineData("dc1.users", "users")]
    [InlineData("old-old", "old.old")]
    [InlineData("other", "A_other.replica")]
    public void Topics_are_named_by_map_then_pattern_then_form(string topic, string becomes)
    {
        var naming = Configurations.GoodWith(
            "heliostat.topic.map = orders:billing, x:y\n" + @"A->B.heliostat.topic.rename = dc1\\.(.*) -> $1; (.*)-old -> old.$1"
                + "\nheliostat.topic.rename.format = ${source}_${topic}.replica").ToFile().Flows[0].Naming;

        Assert.Equal(becomes, naming.Renames.Of(topic, "A"));
    }

    [Theory]
    [InlineData("heliostat.topic.map = a:b, a:c", "5: heliostat.topic.map: 'a:b, a:c' has 'a:c' where NAME:NAME is to be")]
    [InlineData("heliostat.topic.rename = a", "5: heliostat.topic.rename: 'a' has 'a' where PATTERN -> NAME is to be")]
    [InlineData("heliostat.topic.rename = a -> $1", "5: heliostat.topic.rename: 'a -> $1' is not usable: names group 1")]
    [InlineData("heliostat.topic.rename.format = all", "5: heliostat.topic.rename.format: 'all' would call all topics the same")]
    [InlineData("heliostat.provenance = replicator", "5: heliostat.provenance: 'replicator' is not one of off, heliostat, redpanda")]
    public void Names_that_cannot_be_are_refused(string written, string problem) =>
        Assert.StartsWith(problem, Configurations.GoodWith(written).Errors.Lines().First(), StringComparison.Ordinal);

    [Fact]
    public void Identity_both_ways_is_no_ring_where_all_flows_tell_origins()
    {
        const string Both = "B->A.enabled = true\nreplication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy\n";

        Assert.Contains("carry topics round", string.Join('\n',
            Configurations.GoodWith(Both + "A->B.heliostat.provenance = heliostat").Warnings.Lines()), StringComparison.Ordinal);
        Assert.Empty(Configurations.GoodWith(Both + "heliostat.provenance = heliostat").Warnings.Lines());
    }

    [Fact]
    public void A_secret_is_not_shown()
    {
        var read = Configurations.GoodWith(
            "config.providers = env\nconfig.providers.env.class = org.apache.kafka.common.config.provider.EnvVarConfigProvider\n"
            + "A->B.transforms = t\nA->B.transforms.t.type = heliostat.Hash$Value\nA->B.transforms.t.key = "
            + "${env::SECRET}\nA->B.transforms.t.fields = a");

        Assert.DoesNotContain("hush", string.Join('\n', read.Errors.Lines().Concat(read.Warnings.Lines())), StringComparison.Ordinal);
    }
}
