using Heliostat.Protocol.Wire;
using Heliostat.Testing.RealKafka;
using SchemaCheck;

namespace Heliostat.Protocol.Tests.Messages;

public sealed class SchemaTests
{
    /// <summary>A layout that changed shows as a changed line here; HELIOSTAT_UPDATE=1 writes the file anew.</summary>
    [Fact]
    public void Schemas_are_those_of_the_snapshot()
    {
        var snapshot = Path.Combine(SourceFolder(), "Messages", "Schemas.txt");
        string[] schemas = [.. Message.All.SelectMany(SchemaText.Print)];
        if (Environment.GetEnvironmentVariable("HELIOSTAT_UPDATE") == "1")
        {
            File.WriteAllLines(snapshot, schemas);
        }

        Assert.Equal(File.ReadAllLines(snapshot), schemas);
    }

    [KafkaFact("4.3.1", "3.9.1")]
    public void Schemas_are_those_of_Kafka()
    {
        string[] versions = ["4.3.1", "3.9.1"];
        var comparison = new Comparison([.. versions.Select(version => KafkaRelease.Open(KafkaDistribution.Require(version).Home))]);

        foreach (var message in Message.All)
        {
            comparison.Compare(message);
        }

        Assert.Empty(comparison.Differences);
        Assert.InRange(comparison.Compared, 900, int.MaxValue);
    }

    [Fact]
    public void A_describer_sees_names_types_nullability_tags_and_defaults()
    {
        var fields = WireDescriber.Describe<Sample>(version: 1, flexible: true);

        WireField[] expected =
        [
            new("Number", "int32", false, null, "-1", []),
            new("Text", "string", true, null, "null", []),
            new("Items", "[]SampleItem", true, null, "[]", fields[2].Fields),
            new("Late", "int64", false, 3, "7", []),
        ];
        Assert.Equal(expected, fields, EqualityComparer<WireField>.Create((a, b) => $"{a}" == $"{b}"));
        Assert.Equal("Flag", Assert.Single(fields[2].Fields).Name);
        Assert.Equal(["Number", "Text", "Items"], WireDescriber.Describe<Sample>(version: 0, flexible: false).Select(field => field.Name));
    }

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Heliostat.Protocol.Tests.csproj")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    private sealed class Sample : IBody
    {
        public int Number = -1;
        public string? Text;
        public List<SampleItem>? Items = [];
        public long Late = 7;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.Int32(ref Number);
            w.NullableString(ref Text);
            if (w.Version >= 1) w.NullableArray(ref Items);
            else w.Array(ref Items!);
            if (w.Tag(3, ref Late, absent: 7)) w.Int64(ref Late);
        }
    }

    private sealed class SampleItem : IBody
    {
        public bool Flag;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct => w.Bool(ref Flag);
    }
}
