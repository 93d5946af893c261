using System.Buffers.Binary;
using System.Text;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Plugins;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Java;
using Heliostat.Mirroring.Registries;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Transport.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.RecordBenchmark;

/// <summary>What is measured: rules, and the batch that they get.</summary>
internal static class RecordCases
{
    /// <summary>Records of the batch.</summary>
    public const int Records = 900;

    /// <summary>Bytes of each value.</summary>
    public const int ValueBytes = 1024;

    private const int Ids = 50;

    private static readonly JavaClass Looks = DropHeaders("none");
    private static readonly JavaClass Changes = DropHeaders("rare");

    /// <summary>A batch of JSON objects, each behind the id of a schema, with a header of which one in a hundred has the value 1.</summary>
    public static byte[] Batch(CompressionCodec codec)
    {
        using var builder = new RecordBatchBuilder(codec);
        using var headers = new RecordHeadersBuilder();
        var random = new Random(1);
        for (var i = 0; i < Records; i++)
        {
            headers.Reset();
            headers.Add("rare"u8, i % 100 == 0 ? "1"u8 : "0"u8);
            headers.Add("odd"u8, i % 2 == 0 ? "0"u8 : "1"u8);
            builder.Append(i, "key"u8, Value(i, random), headers.Headers);
        }

        return builder.Build().ToArray();
    }

    /// <summary>A JVM with classes of Kafka; null where KAFKA_HOME names none.</summary>
    public static JavaHost? Java() => Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } home
        ? JavaLaunch.Host(new JavaOptions { ClassPath = Path.Combine(home, "libs", "*") }, [Looks, Changes], TimeProvider.System,
            NullLogger.Instance)
        : null;

    /// <summary>Each rule with what it is called.</summary>
    /// <param name="java">The JVM; null for none.</param>
    public static IEnumerable<(string Name, RecordRules Rules)> All(JavaHost? java)
    {
        SchemaIdTable same = new(), others = new();
        for (var id = 1; id <= Ids; id++)
        {
            same.Learn(id, id);
            others.Learn(id, id + 1000);
        }

        var ids = new TransformAction.RegistryIds(PayloadPart.Value, FailsUnknown: true, Topics: null);
        yield return ("a filter by header leaves out none", Rules(new TransformAction.Drop(), "header:rare=2"));
        yield return ("a filter by header leaves out 1 in 100", Rules(new TransformAction.Drop(), "header:rare=1"));
        yield return ("a filter by header leaves out every other", Rules(new TransformAction.Drop(), "header:odd=1"));
        yield return ("ids of schemas stay", Rules(ids, table: same));
        yield return ("ids of schemas change", Rules(ids, table: others));
        yield return ("a header is set", Rules(new TransformAction.SetHeader("site", "dc1")));
        yield return ("a script leaves out none by header", Script("return record.header('rare') !== '2'"));
        yield return ("a script changes a field of JSON",
            Script("const at = record.value.indexOf('{'), v = JSON.parse(record.value.slice(at));"
                + "v.card = '*'; record.value = record.value.slice(0, at) + JSON.stringify(v)"));
        yield return ("a plug-in leaves out none by header", Plugin("look"));
        yield return ("a plug-in masks a field of JSON", Plugin("mask"));
        yield return ("a value is encrypted", Rules(new TransformAction.Encrypt(PayloadPart.Value, "k1",
            new Secret(Convert.ToBase64String(new byte[32])))));
        if (java is not null)
        {
            java.Load([Looks, Changes]);
            yield return ("a class in a JVM looks at headers", Rules(new TransformAction.Java(Looks), java: java));
            yield return ("a class in a JVM takes a header away", Rules(new TransformAction.Java(Changes), java: java));
        }
    }

    private static JavaClass DropHeaders(string headers) => new(JavaClassKind.Transform,
        "org.apache.kafka.connect.transforms.DropHeaders")
    { Settings = new Dictionary<string, string> { ["headers"] = headers } };

    private static RecordRules Script(string text) => Rules(new TransformAction.Script(RecordScript.Parse(text)));

    private static RecordRules Plugin(string does) => Rules(new TransformAction.Plugin(new PluginClass(
        PluginAssembly.Load(typeof(BenchPlugin).Assembly.Location), typeof(BenchPlugin).FullName!,
        new Dictionary<string, string> { ["does"] = does }, TimeSpan.FromSeconds(10))));

    private static RecordRules Rules(TransformAction action, string? when = null, SchemaIdTable? table = null,
        JavaHost? java = null) => RecordRules.Of(
        new TransformChain([new Transform("t", action) { When = when is null ? null : RecordCondition.Parse(when) }], ""), "orders", 0,
        ids: table, java: java is null ? null : new JavaLane(java, "orders"))!;

    private static byte[] Value(int i, Random random)
    {
        var value = new byte[ValueBytes];
        value.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(1), (i % Ids) + 1);
        value[0] = 0;
        var text = new StringBuilder($"{{\"id\":{i},\"card\":\"4111\",\"note\":\"");
        while (text.Length < ValueBytes - 7)
        {
            text.Append((char)('a' + random.Next(6)));
        }

        Encoding.UTF8.GetBytes(text.Append("\"}").ToString(), value.AsSpan(5));
        return value;
    }
}
