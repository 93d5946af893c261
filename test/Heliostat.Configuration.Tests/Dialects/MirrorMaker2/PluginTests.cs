using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Heliostat.Configuration.Transforms;
using Heliostat.Plugins;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

/// <summary>
/// Plug-ins of a file: what they come to, and each mistake with its line. The plug-in is this assembly, loaded once more.
/// </summary>
public sealed class PluginTests : IDisposable
{
    private const string Step = "A->B.transforms.p";

    private static readonly string Own = typeof(PluginTests).Assembly.Location;
    private readonly string _folder = Directory.CreateTempSubdirectory("heliostat-plugin").FullName;

    [Fact]
    public void A_plug_in_is_read_loaded_apart_and_given_its_settings()
    {
        var read = Read($"{Step}.assembly = {Own}", $"{Step}.class = {typeof(Good).FullName}", $"{Step}.config.field = card",
            $"{Step}.config.a.b = c", $"{Step}.timeout.ms = 500");
        Assert.Empty(read.Errors.Lines());
        Assert.Empty(read.Warnings.Lines());

        var plugin = Assert.IsType<TransformAction.Plugin>(Assert.Single(read.ToFile().Flows[0].Transforms.Steps).Action).Class;

        Assert.Equal((typeof(Good).FullName, TimeSpan.FromMilliseconds(500), false), (plugin.Name, plugin.Timeout, plugin.IsSilent));
        Assert.Equal($"{typeof(Good).FullName} of Heliostat.Configuration.Tests {typeof(Good).Assembly.GetName().Version}", $"{plugin}");
        var made = plugin.Make();
        Assert.NotSame(typeof(Good), made.GetType());
        Assert.Equal("a.b=c,field=card", $"{made}");
        Assert.NotSame(made, plugin.Make());
    }

    [Fact]
    public void A_plug_in_may_be_a_predicate()
    {
        const string Asked = "A->B.predicates.q";
        string[] lines = ["A->B.transforms = f", "A->B.transforms.f.type = Filter", "A->B.transforms.f.predicate = q",
            "A->B.predicates = q", $"{Asked}.type = heliostat.Plugin", $"{Asked}.assembly = {Own}"];

        var read = Configurations.GoodWith(string.Join('\n', (string[])[.. lines, $"{Asked}.class = {typeof(Good).FullName}",
            $"{Asked}.config.field = card"]));
        Assert.Empty(read.Errors.Lines());
        Assert.Empty(read.Warnings.Lines());
        var plugin = Assert.IsType<RecordCondition.Plugin>(Assert.Single(read.ToFile().Flows[0].Transforms.Steps).When).Class;
        Assert.Equal("field=card", $"{plugin.Make()}");

        var wrong = Assert.Single(Configurations.GoodWith(string.Join('\n', (string[])[.. lines, $"{Asked}.class = No.Such"])).Errors);
        Assert.Equal($"{Asked}.class", wrong.Key);
        Assert.True(wrong.Line > 0);
        Assert.Contains("'No.Such' is no class in", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "A->B.transforms", "'transforms.p.assembly' is missing")]
    [InlineData("assembly = OWN", "A->B.transforms", "'transforms.p.class' is missing")]
    [InlineData("assembly = /none/x.dll\nclass = X", Step + ".assembly", "'/none/x.dll' is no file that is there")]
    [InlineData("assembly = TEXT\nclass = X", Step + ".assembly", "is no .NET assembly that can be loaded here")]
    [InlineData("assembly = XUNIT\nclass = X", Step + ".assembly", "is no plug-in: it is not built with Heliostat.Plugins")]
    [InlineData("assembly = NEWER\nclass = X", Step + ".assembly",
        "is built with Heliostat.Plugins 1.9, and this heliostat has 1.0: build it with that")]
    [InlineData("assembly = NEXT\nclass = X", Step + ".assembly", "is built with Heliostat.Plugins 2.0, and this heliostat has 1.0")]
    [InlineData("assembly = OWN\nclass = No.Such", Step + ".class",
        "'No.Such' is no class in Heliostat.Configuration.Tests 0.1.0.0; there: ")]
    [InlineData("assembly = OWN\nclass = NAMEPluginTests", Step + ".class",
        "is no plug-in: it does not implement Heliostat.Plugins.IRecordPlugin; there: ")]
    [InlineData("assembly = OWN\nclass = NAMEPluginTests+Needs", Step + ".class", "has no public constructor without parameters")]
    [InlineData("assembly = OWN\nclass = NAMEPluginTests+Bad", Step + ".class",
        "cannot be used: it threw InvalidOperationException: not today")]
    [InlineData("assembly = OWN\nclass = NAMEPluginTests+Good\nconfig.wrong = 1", Step + ".class",
        "cannot be used: it threw ArgumentException: 'wrong' is no setting")]
    [InlineData("assembly = OWN\nclass = NAMEPluginTests+Good\ntimeout.ms = 0", Step + ".timeout.ms", "'0' is not milliseconds, 1 or more")]
    public void What_cannot_be_used_is_told_once_with_its_line(string lines, string key, string told)
    {
        var text = Path.Combine(_folder, "text.dll");
        File.WriteAllText(text, "no assembly");
        string[] written = [.. lines.Replace("NAME", $"{typeof(PluginTests).Namespace}.", StringComparison.Ordinal)
            .Replace("OWN", Own, StringComparison.Ordinal).Replace("TEXT", text, StringComparison.Ordinal)
            .Replace("XUNIT", typeof(FactAttribute).Assembly.Location, StringComparison.Ordinal)
            .Replace("NEWER", Built(1, 9), StringComparison.Ordinal).Replace("NEXT", Built(2, 0), StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{Step}.{line}")];

        var read = Read(written);

        Assert.Contains(read.Errors.Lines(), error => error.Contains(told, StringComparison.Ordinal));
        var error = read.Errors.First(error => error.Message.Contains(told, StringComparison.Ordinal));
        Assert.Equal(key, error.Key);
        Assert.True(error.Line > 0);
        Assert.True(key == "A->B.transforms" || read.Errors.Count == 1, string.Join('\n', read.Errors.Lines()));
    }

    [Fact]
    public void A_secret_that_a_plug_in_throws_is_not_shown()
    {
        var file = Path.Combine(_folder, "secrets.properties");
        File.WriteAllText(file, "key = wrong-secret");

        var errors = string.Join('\n', Read($"{Step}.assembly = {Own}", $"{Step}.class = {typeof(Good).FullName}",
            $"{Step}.config.key = ${{file:{file}:key}}", "config.providers = file",
            "config.providers.file.class = org.apache.kafka.common.config.provider.FileConfigProvider").Errors.Lines());

        Assert.Contains("'[hidden]' is no value", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_may_be_named_below_which_plug_ins_lie()
    {
        string[] step = [$"{Step}.assembly = {Own}", $"{Step}.class = {typeof(Good).FullName}"];

        Assert.Empty(Read([.. step, $"A->B.heliostat.plugin.path = {_folder}, {Path.GetDirectoryName(Own)}"]).Errors.Lines());
        Assert.Contains("does not lie below 'heliostat.plugin.path'",
            Assert.Single(Read([.. step, $"A->B.heliostat.plugin.path = {_folder}"]).Errors.Lines()), StringComparison.Ordinal);
        Assert.Contains("may not be loaded",
            Assert.Single(Read([.. step, "A->B.heliostat.plugin.path = none"]).Errors.Lines()), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Configuration.Dialects.MirrorMaker2.MirrorMaker2Configuration Read(params string[] lines) => Configurations.GoodWith(
        string.Join('\n', (string[])["A->B.transforms = p", $"{Step}.type = heliostat.Plugin", .. lines]));

    /// <summary>This assembly as if it had been built with another version of the contract.</summary>
    private string Built(ushort major, ushort minor)
    {
        var bytes = File.ReadAllBytes(Own);
        using (var image = new PEReader(new MemoryStream(bytes)))
        {
            var reader = image.GetMetadataReader();
            var contract = reader.AssemblyReferences.First(
                one => reader.StringComparer.Equals(reader.GetAssemblyReference(one).Name, "Heliostat.Plugins"));
            var row = image.PEHeaders.MetadataStartOffset + reader.GetTableMetadataOffset(TableIndex.AssemblyRef)
                + ((MetadataTokens.GetRowNumber(contract) - 1) * reader.GetTableRowSize(TableIndex.AssemblyRef));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(row), major);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(row + 2), minor);
        }

        var file = Path.Combine(_folder, $"built-{major}.{minor}.dll");
        File.WriteAllBytes(file, bytes);
        return file;
    }

    public sealed class Good : IRecordPlugin
    {
        private string _settings = "";

        public void Configure(IReadOnlyDictionary<string, string> settings)
        {
            _settings = string.Join(',', settings.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
            if (settings.ContainsKey("wrong"))
            {
                throw new ArgumentException("'wrong' is no setting");
            }

            if (settings.TryGetValue("key", out var key))
            {
                throw new ArgumentException($"'{key}' is no value");
            }
        }

        public Verdict Apply(in PluginRecord record, RecordChanges changes) => Verdict.Keep;

        public override string ToString() => _settings;
    }

    public sealed class Bad : IRecordPlugin
    {
        public Bad() => throw new InvalidOperationException("not today");

        public void Configure(IReadOnlyDictionary<string, string> settings)
        {
        }

        public Verdict Apply(in PluginRecord record, RecordChanges changes) => Verdict.Keep;
    }

    public sealed class Needs(string what) : IRecordPlugin
    {
        public void Configure(IReadOnlyDictionary<string, string> settings) => _ = what;

        public Verdict Apply(in PluginRecord record, RecordChanges changes) => Verdict.Keep;
    }
}
