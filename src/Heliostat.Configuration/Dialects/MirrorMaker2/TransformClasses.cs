using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Configuration.Transforms;
using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// The classes of transforms and predicates that are known, with the settings of each: Connect's of 4.3.1, and Heliostat's own.
/// </summary>
internal static class TransformClasses
{
    private const string Package = "org.apache.kafka.connect.transforms.";

    /// <summary>Those that look into keys and values.</summary>
    private static readonly string[] Structured =
        ["Cast", "ExtractField", "Flatten", "HeaderFrom", "HoistField", "InsertField", "MaskField", "ReplaceField", "SetSchemaMetadata",
            "TimestampConverter", "ValueToKey"];

    private const string Known =
        "Filter, RegexRouter, DropHeaders, InsertHeader; with heliostat.payload.value or .key = json MaskField, ReplaceField, InsertField, "
            + "HoistField, ExtractField, Flatten, HeaderFrom, Cast, TimestampConverter ($Key and $Value) and ValueToKey; "
        + "heliostat.SetHeader, heliostat.RenameHeader, heliostat.SetTimestamp, heliostat.Script, heliostat.Plugin, heliostat.Hash, "
        + "heliostat.SchemaIds, heliostat.Encrypt and heliostat.Decrypt ($Key and $Value)";

    private const string NoJava = "a Java class needs its jar and Kafka's in heliostat.java.classpath";

    /// <summary>The condition that a predicate comes to; null where it cannot be used, which is reported.</summary>
    public static RecordCondition? Predicate(string type, StepValues values, FlowValues flow)
    {
        switch (Short(type, "predicates."))
        {
            case "TopicNameMatches":
                return values.Read("pattern", JavaPattern.Parse) is { } pattern
                    ? new RecordCondition.Topic(pattern)
                    : Missing(values, "pattern");
            case "HasHeaderKey":
                return values.Word("name") is { Length: > 0 } name ? new RecordCondition.HasHeader(name) : null;
            case "RecordIsTombstone":
                return new RecordCondition.Tombstone();
            case "heliostat.When":
                return values.Read("condition", ConditionParser.Parse) ?? Missing(values, "condition");
            case "heliostat.Script":
                return values.Word("expression").Length > 0 && values.Read("expression", RecordScript.ParseExpression) is { } code
                    ? new RecordCondition.Script(code)
                    : null;
            case "heliostat.Plugin":
                return PluginReader.Read(values, flow) is { } plugin ? new RecordCondition.Plugin(plugin) : null;
            case "":
                return null;
            default:
                if (JavaReader.Class(JavaClassKind.Predicate, type.Trim(), values, flow) is { } java)
                {
                    return new RecordCondition.Java(java);
                }

                values.Wrong("type",
                    $"'{type}' cannot be used: {NoJava}; known here: TopicNameMatches, HasHeaderKey, "
                        + $"RecordIsTombstone of {Package}predicates, heliostat.When, heliostat.Script and heliostat.Plugin");
                return null;
        }
    }

    /// <summary>What a transform does; null where it cannot be used, which is reported.</summary>
    public static TransformAction? Action(string type, StepValues values, FlowValues flow)
    {
        var (name, part) = Part(Short(type, ""));
        return name switch
        {
            "Filter" => new TransformAction.Drop(),
            "DropHeaders" => new TransformAction.DropHeaders(values.Entries("headers")),
            "InsertHeader" => new TransformAction.InsertHeader(values.Text("header"), Literal(values.Text("value.literal"))),
            "RegexRouter" => Route(values),
            "heliostat.SetHeader" => new TransformAction.SetHeader(values.Text("header"), Literal(values.Text("value.literal"))),
            "heliostat.RenameHeader" => new TransformAction.RenameHeader(values.Text("from"), values.Text("to")),
            "heliostat.SetTimestamp" => new TransformAction.TimestampFromHeader(values.Text("header")),
            "heliostat.Hash" when part is { } which => Hash(values, which, flow),
            "heliostat.SchemaIds" when part is { } which => SchemaIdMap.Read(values, which),
            "heliostat.Encrypt" when part is { } which => EncryptionKeys.Encrypt(values, which),
            "heliostat.Decrypt" when part is { } which => EncryptionKeys.Decrypt(values, which),
            "heliostat.Script" => Script(values),
            "heliostat.Plugin" => PluginReader.Read(values, flow) is { } plugin ? new TransformAction.Plugin(plugin) : null,
            "" => null,
            "TimestampRouter" => No(values, type, "gives each record a topic of its own, and a lane has one topic on the target"),
            "SetSchemaMetadata" => No(values, type, "changes schemas, and the records of a mirror have none: MirrorMaker 2 fails on each"),
            _ when Structured.Contains(name) => Field(name, part, type, values, flow),
            _ when JavaReader.Class(JavaClassKind.Transform, type.Trim(), values, flow) is { } java => new TransformAction.Java(java),
            _ => No(values, type, $"{NoJava}; known here: {Known}"),
        };
    }

    private static TransformAction? Field(string name, PayloadPart? part, string type, StepValues values, FlowValues flow)
    {
        if (name == "ValueToKey")
        {
            return Reads(PayloadPart.Value, type, values, flow) ? new TransformAction.ValueToKey(values.Entries("fields")) : null;
        }

        return part is not { } which ? No(values, type, $"is '{name}$Key' or '{name}$Value'")
            : !Reads(which, type, values, flow) ? null
            : name switch
            {
                "MaskField" => new TransformAction.MaskField(which, values.Entries("fields"),
                    values.Find("replacement") is { Length: > 0 } replacement ? replacement : null),
                "ReplaceField" => new TransformAction.ReplaceField(which, values.List("exclude"), values.List("include"), Renames(values)),
                "InsertField" => new TransformAction.InsertField(
                    which, Name(values, "topic.field"), Name(values, "partition.field"), Name(values, "timestamp.field"),
                    Name(values, "static.field"), values.Find("static.value")),
                "Flatten" => new TransformAction.Flatten(which, values.Find("delimiter") ?? "."),
                "HoistField" => new TransformAction.HoistField(which, values.Text("field")),
                "ExtractField" => new TransformAction.ExtractField(which, values.Text("field")),
                "Cast" => TypeConversions.Cast(values, which),
                "TimestampConverter" => TypeConversions.Timestamp(values, which),
                _ => Headers(values, which),
            };
    }

    /// <summary>MirrorMaker 2 hands a transform bytes, which have no fields; here they may be said to be JSON.</summary>
    private static bool Reads(PayloadPart part, string type, StepValues values, FlowValues flow)
    {
        var setting = part == PayloadPart.Key ? TransformSettings.KeyPayload : TransformSettings.ValuePayload;
        if (flow.Get(setting))
        {
            return true;
        }

        No(values, type,
            $"looks into fields, and what a mirror carries is bytes: MirrorMaker 2 fails on each record; '{setting.Key} = json' has them "
                + "read as JSON");
        return false;
    }

    private static TransformAction.Rename? Route(StepValues values)
    {
        values.Text("replacement");
        values.Text("regex");
        return values.Read("regex", JavaPattern.Parse) is { } pattern
            && values.Read("replacement", text => JavaReplacement.Parse($"{pattern}", text)) is { } names
            ? new TransformAction.Rename(names) : null;
    }

    private static TransformAction.HeaderFrom? Headers(StepValues values, PayloadPart part)
    {
        var (fields, headers, operation) = (values.Entries("fields"), values.Entries("headers"), values.Text("operation").Trim());
        if (fields.Count != headers.Count)
        {
            values.Wrong("headers", $"names {headers.Count} headers for {fields.Count} fields");
        }

        if (operation is not ("move" or "copy"))
        {
            values.Wrong("operation", $"'{operation}' is not one of move, copy");
        }

        return fields.Count == headers.Count ? new TransformAction.HeaderFrom(part, fields, headers, operation == "move") : null;
    }

    private static TransformAction.Hash? Hash(StepValues values, PayloadPart part, FlowValues flow)
    {
        var fields = values.List("fields");
        return values.Word("key") is { Length: > 0 } key && (fields.Count == 0 || Reads(part, "heliostat.Hash", values, flow))
            ? new TransformAction.Hash(part, fields, new Secret(key))
            : null;
    }

    private static TransformAction.Script? Script(StepValues values) =>
        values.Word("script").Length > 0 && values.Read("script", RecordScript.Parse) is { } code ? new TransformAction.Script(code) : null;

    private static Dictionary<string, string> Renames(StepValues values)
    {
        Dictionary<string, string> renames = new(StringComparer.Ordinal);
        foreach (var pair in values.List("renames"))
        {
            if (pair.Split(':') is [{ Length: > 0 } from, { Length: > 0 } to])
            {
                renames[from] = to;
            }
            else
            {
                values.Wrong("renames", $"has '{pair}' where FROM:TO is to be");
            }
        }

        return renames;
    }

    /// <summary>A field's name; <c>!</c> and <c>?</c> behind it, required and optional, are about schemas.</summary>
    private static string? Name(StepValues values, string setting) =>
        values.Find(setting)?.Trim().TrimEnd('!', '?') is { Length: > 0 } name ? name : null;

    /// <summary>The word <c>null</c> is the null, as in <c>Values.parseString</c>.</summary>
    private static string? Literal(string text) => text == "null" ? null : text;

    private static RecordCondition? Missing(StepValues values, string name)
    {
        if (values.Find(name) is null)
        {
            values.Text(name);
        }

        return null;
    }

    private static TransformAction? No(StepValues values, string type, string why)
    {
        values.Wrong("type", $"'{type}' cannot be used: {why}");
        return null;
    }

    private static string Short(string type, string package)
    {
        var name = type.Trim();
        return name.StartsWith(Package + package, StringComparison.Ordinal) ? name[(Package.Length + package.Length)..] : name;
    }

    private static (string Name, PayloadPart? Part) Part(string name) =>
        name.EndsWith("$Key", StringComparison.Ordinal) ? (name[..^4], PayloadPart.Key)
        : name.EndsWith("$Value", StringComparison.Ordinal) ? (name[..^6], PayloadPart.Value)
        : (name, null);
}
