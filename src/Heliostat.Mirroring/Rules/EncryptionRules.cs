using System.Text;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Rules;

/// <summary>Keys and values that a cluster holds and cannot read.</summary>
internal static class EncryptionRules
{
    /// <summary>Key or value is encrypted, and a header tells with which key. Null stays null: a tombstone must be one.</summary>
    internal sealed class Encrypt(TransformAction.Encrypt what, string topic, int partition) : RecordRule
    {
        private readonly byte[] _name = Envelope.Header(what.Part);
        private readonly Envelope _envelope = new(what.Id, what.Key, Envelope.Place(what.Part, topic, partition));

        public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
        {
            var plain = record[what.Part];
            if (plain.IsNull)
            {
                return RuleOutcome.Kept;
            }

            if (HeaderRules.Has(record.Headers, _name))
            {
                return scratch.Fail(
                    $"the record has a header {Encoding.UTF8.GetString(_name)} already: whoever wrote it could have the rest go "
                        + "unencrypted");
            }

            Span<byte> header = stackalloc byte[_envelope.HeaderBytes];
            var made = scratch.Place(what.Part);
            _envelope.Seal(plain.Span, record.Offset, made, header);
            var headers = scratch.Headers();
            headers.Add(record.Headers);
            headers.Add(_name, (ReadOnlySpan<byte>)header);
            record.Headers = headers.Headers;
            record.Put(what.Part, made.Written);
            return RuleOutcome.Changed;
        }
    }

    /// <summary>The way back: the header goes.</summary>
    internal sealed class Decrypt(TransformAction.Decrypt what) : RecordRule
    {
        private readonly byte[] _name = Envelope.Header(what.Part);
        private readonly Dictionary<string, Envelope> _envelopes = what.Keys.ToDictionary(key => key.Key,
            key => new Envelope(key.Key, key.Value, []), StringComparer.Ordinal);
        private readonly HeaderRules.Remove _removal = new([Encoding.UTF8.GetString(Envelope.Header(what.Part))]);

        public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
        {
            var bytes = record[what.Part];
            if (bytes.IsNull)
            {
                return RuleOutcome.Kept;
            }

            if (!HeaderRules.TryLast(record.Headers, _name, out var header))
            {
                return what.FailsPlain ? scratch.Fail($"the {JsonRule.Name(what.Part)} is not encrypted") : RuleOutcome.Kept;
            }

            if (Envelope.IdOf(header.Span) is not { } id || !_envelopes.TryGetValue(id, out var envelope))
            {
                return scratch.Fail($"the {JsonRule.Name(what.Part)} is encrypted with a key that key.ids does not name");
            }

            var made = scratch.Place(what.Part);
            if (!envelope.TryOpen(bytes.Span, header.Span, made))
            {
                scratch.GiveBack(what.Part);
                return scratch.Fail($"the {JsonRule.Name(what.Part)} is not what was encrypted with key '{id}', or that was another key");
            }

            record.Put(what.Part, made.Written);
            _removal.Apply(ref record, scratch);
            return RuleOutcome.Changed;
        }
    }
}
