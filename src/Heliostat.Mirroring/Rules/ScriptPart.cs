using Heliostat.Configuration.Transforms;
using Heliostat.Protocol.Records;
using Jint.Native;

namespace Heliostat.Mirroring.Rules;

/// <summary>A key or value as a script reads and writes it.</summary>
internal sealed class ScriptPart(string name)
{
    private readonly ByteBuffer _bytes = new();
    private bool _isNull;
    private JsValue? _text;
    private byte[]? _made;
    private bool _isMade;

    /// <summary>It is these bytes from now on.</summary>
    public void Take(NullableSpan bytes)
    {
        (_isNull, _text, _made, _isMade) = (bytes.IsNull, null, null, false);
        _bytes.Truncate(0);
        _bytes.Write(bytes.Span);
    }

    public JsValue Read() => _text ??= ScriptRecord.Text(_isNull ? NullableSpan.Null : _bytes.Written, name);

    public void Write(JsValue text) => (_made, _text, _isMade) = (ScriptRecord.Bytes(text, name), text, true);

    /// <summary>A part of a record becomes what was written; whether that is something else.</summary>
    public bool Give(ref RecordView record, PayloadPart part, RuleScratch scratch)
    {
        if (!_isMade || (_made is null ? _isNull : !_isNull && _bytes.Written.SequenceEqual(_made)))
        {
            return false;
        }

        if (_made is null)
        {
            record.Put(part, NullableSpan.Null);
            return true;
        }

        var place = scratch.Place(part);
        place.Write(_made);
        record.Put(part, place.Written);
        return true;
    }
}
