using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Protocol.Records;
using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// A record as a script sees it. Its parts are read when they are asked for, and written when all went well; what is not UTF-8 is no text,
/// and never becomes one.
/// </summary>
internal sealed class ScriptRecord : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ScriptPart _key = new("key");
    private readonly ScriptPart _value = new("value");
    private RecordHeadersBuilder _headers = new();
    private RecordHeadersBuilder _others = new();
    private bool _hasOtherHeaders;
    private string _topic = "";
    private int _partition;
    private long _offset;
    private long _timestampBefore;

    /// <summary>Milliseconds since the epoch.</summary>
    public long Timestamp { get; private set; }

    /// <summary>What scripts call <c>record</c>; one for all records.</summary>
    public JsObject ToObject(Engine engine)
    {
        var made = new JsObject(engine);
        Property("topic", () => new JsString(_topic), null);
        Property("partition", () => JsNumber.Create(_partition), null);
        Property("offset", () => JsNumber.Create((double)_offset), null);
        Property("timestamp", () => JsNumber.Create((double)Timestamp), value => Timestamp = Time(value));
        Property("key", () => _key.Read(), _key.Write);
        Property("value", () => _value.Read(), _value.Write);
        Method("header", args => Header(Name(args)));
        Method("setHeader", args => SetHeader(Name(args), args.Length > 1 ? args[1] : JsValue.Undefined));
        Method("removeHeader", args => Without(Name(args)));
        return made;

        void Property(string name, Func<JsValue> get, Action<JsValue>? set) => made.DefineOwnProperty(name, new GetSetPropertyDescriptor(
            new ClrFunction(engine, name, (_, _) => get()), set is null ? null : new ClrFunction(engine, name, (_, args) =>
            {
                set(args[0]);
                return JsValue.Undefined;
            }), enumerable: true, configurable: false));

        void Method(string name, Func<JsValue[], JsValue> call) => made.DefineOwnProperty(name, new PropertyDescriptor(
            new ClrFunction(engine, name, (_, args) => call(args)), writable: false, enumerable: true, configurable: false));
    }

    /// <summary>It is this one from now on.</summary>
    public void Take(in RecordView record, string topic, int partition)
    {
        (_topic, _partition, _offset, Timestamp, _timestampBefore) = (topic, partition, record.Offset, record.Timestamp, record.Timestamp);
        _key.Take(record.Key);
        _value.Take(record.Value);
        _hasOtherHeaders = false;
        _headers.Reset();
        _headers.Add(record.Headers);
    }

    /// <summary>A record becomes what the script made of it.</summary>
    public RuleOutcome Give(ref RecordView record, RuleScratch scratch)
    {
        var changes = _key.Give(ref record, PayloadPart.Key, scratch) | _value.Give(ref record, PayloadPart.Value, scratch);
        if (_hasOtherHeaders)
        {
            var headers = scratch.Headers();
            headers.Add(_headers.Headers);
            record.Headers = headers.Headers;
        }

        record.Timestamp = Timestamp;
        return changes || _hasOtherHeaders || Timestamp != _timestampBefore ? RuleOutcome.Changed : RuleOutcome.Kept;
    }

    public void Dispose()
    {
        _headers.Dispose();
        _others.Dispose();
    }

    /// <summary>Text of bytes.</summary>
    public static JsValue Text(NullableSpan bytes, string what)
    {
        try
        {
            return bytes.IsNull ? JsValue.Null : new JsString(Utf8.GetString(bytes.Span));
        }
        catch (DecoderFallbackException)
        {
            throw new JsonEditException($"the script reads the {what}, which is not UTF-8");
        }
    }

    /// <summary>Bytes of text; null for null.</summary>
    public static byte[]? Bytes(JsValue value, string what)
    {
        if (value.IsNull())
        {
            return null;
        }

        try
        {
            return value.IsString() ? Utf8.GetBytes(value.ToString()) : throw new JsonEditException(
                $"the script makes the {what} a thing that is neither a text nor null");
        }
        catch (EncoderFallbackException)
        {
            throw new JsonEditException($"the script makes the {what} a text with half a character");
        }
    }

    private static string Name(JsValue[] arguments) => arguments is [var name, ..] && name.IsString()
        ? name.ToString()
        : throw new JsonEditException("the script names a header by what is no text");

    private static long Time(JsValue value) => value.IsNumber() && value.AsNumber() is var time && time == Math.Floor(time)
        && Math.Abs(time) <= 9_007_199_254_740_991
        ? (long)time
        : throw new JsonEditException("the script makes the timestamp a thing that is no whole number of milliseconds");

    private JsValue Header(string name) => HeaderRules.TryLast(_headers.Headers, Encoding.UTF8.GetBytes(name), out var value)
        ? Text(value, $"header {name}")
        : JsValue.Undefined;

    private JsValue SetHeader(string name, JsValue value)
    {
        var bytes = Bytes(value, $"header {name}");
        Without(name);
        _headers.Add(Encoding.UTF8.GetBytes(name), bytes);
        _hasOtherHeaders = true;
        return JsValue.Undefined;
    }

    private JsBoolean Without(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (!HeaderRules.Has(_headers.Headers, bytes))
        {
            return JsBoolean.False;
        }

        _others.Reset();
        foreach (var header in _headers.Headers)
        {
            if (!header.Key.SequenceEqual(bytes))
            {
                _others.Add(header.Key, header.Value);
            }
        }

        (_headers, _others) = (_others, _headers);
        _hasOtherHeaders = true;
        return JsBoolean.True;
    }
}
