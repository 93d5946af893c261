using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Registries;

namespace Heliostat.Mirroring.Rules;

/// <summary>Makes rules of what was asked for.</summary>
internal static class RuleMaking
{
    /// <param name="action">What was asked for.</param>
    /// <param name="topic">The topic's name at this step.</param>
    /// <param name="partition">The lane's partition.</param>
    /// <param name="ids">What ids schemas have on the target; null where the registries are not asked.</param>
    /// <param name="java">What asks a JVM at this step; null where nobody can.</param>
    public static RecordRule Of(TransformAction action, string topic, int partition, SchemaIdTable? ids = null,
        JavaAsked? java = null) => action switch
        {
            TransformAction.Drop => new DropRule(),
            TransformAction.DropHeaders { Headers: var names } => new HeaderRules.Remove(names),
            TransformAction.InsertHeader { Header: var name, Value: var value } =>
                new HeaderRules.Insert(name, Bytes(value), replaces: false),
            TransformAction.SetHeader { Header: var name, Value: var value } => new HeaderRules.Insert(name, Bytes(value), replaces: true),
            TransformAction.RenameHeader { From: var from, To: var to } => new HeaderRules.Rename(from, to),
            TransformAction.TimestampFromHeader { Header: var name } => new TimestampRule(name),
            TransformAction.Hash { Fields.Count: 0 } hash => new HashRule(hash.Part, hash.Key),
            TransformAction.Hash hash => new JsonRule(hash.Part, new JsonEdits.Hash(hash.Fields, hash.Key)),
            TransformAction.SchemaIds map => new SchemaIdRule(map),
            TransformAction.RegistryIds registry => new RegistryIdRule(registry, ids ?? new SchemaIdTable()),
            TransformAction.Encrypt encrypt => new EncryptionRules.Encrypt(encrypt, topic, partition),
            TransformAction.Decrypt decrypt => new EncryptionRules.Decrypt(decrypt),
            TransformAction.MaskField mask => new JsonRule(mask.Part, new JsonEdits.Mask(mask.Fields, mask.Replacement)),
            TransformAction.ReplaceField replace =>
                new JsonRule(replace.Part, new JsonEdits.Replace(replace.Exclude, replace.Include, replace.Renames)),
            TransformAction.InsertField insert => new JsonRule(insert.Part, new JsonEdits.Insert(insert, topic, partition)),
            TransformAction.Flatten flatten => new JsonRule(flatten.Part, new JsonEdits.Flatten(flatten.Delimiter)),
            TransformAction.HoistField hoist => new HoistRule(hoist.Part, hoist.Field),
            TransformAction.ExtractField extract => new ExtractRule(extract.Part, extract.Field),
            TransformAction.ValueToKey { Fields: var fields } => new ValueToKeyRule(fields),
            TransformAction.Cast { Whole: { } type } cast => new FieldConversion.WholeRule(cast.Part, new CastConversion(type)),
            TransformAction.Cast cast => new JsonRule(cast.Part,
                new FieldConversion.FieldsEdit([.. cast.Fields.Select(field => (field.Key, new CastConversion(field.Value)))])),
            TransformAction.ConvertTimestamp { Field: { } field } convert =>
                new JsonRule(convert.Part, new FieldConversion.FieldsEdit([(field, new TimestampConversion(convert))])),
            TransformAction.ConvertTimestamp convert => new FieldConversion.WholeRule(convert.Part, new TimestampConversion(convert)),
            TransformAction.Script { Code: var code } => new ScriptRule(code, topic, partition),
            TransformAction.Java { Class: { Kind: JavaClassKind.Handler } one } => new HandlerRule(one, topic, java),
            TransformAction.Java { Class: var one } => new JavaRule(one, java),
            TransformAction.Plugin { Class: var plugin } => new PluginRule(plugin, topic, partition),
            TransformAction.HeaderFrom from => new HeaderFromRule(from),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
        };

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
