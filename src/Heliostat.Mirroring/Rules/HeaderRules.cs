using System.Text;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>Rules about headers. Those that they do not name keep their places, values and doubles.</summary>
internal static class HeaderRules
{
    /// <summary>Whether a record has a header of a name.</summary>
    public static bool Has(in RecordHeaders headers, ReadOnlySpan<byte> name)
    {
        foreach (var header in headers)
        {
            if (header.Key.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last header of a name, which is the one that counts; false where there is none.</summary>
    public static bool TryLast(in RecordHeaders headers, ReadOnlySpan<byte> name, out NullableSpan value)
    {
        var found = false;
        value = NullableSpan.Null;
        foreach (var header in headers)
        {
            if (header.Key.SequenceEqual(name))
            {
                found = true;
                value = header.Value;
            }
        }

        return found;
    }

    /// <summary>All headers of some names go.</summary>
    internal sealed class Remove(IReadOnlyList<string> names) : RecordRule
    {
        private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];

        public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
        {
            if (!HasOne(record.Headers))
            {
                return RuleOutcome.Kept;
            }

            var kept = scratch.Headers();
            foreach (var header in record.Headers)
            {
                if (!IsNamed(header.Key))
                {
                    kept.Add(header.Key, header.Value);
                }
            }

            record.Headers = kept.Headers;
            return RuleOutcome.Changed;
        }

        private bool HasOne(in RecordHeaders headers)
        {
            foreach (var header in headers)
            {
                if (IsNamed(header.Key))
                {
                    return true;
                }
            }

            return false;
        }

        private bool IsNamed(ReadOnlySpan<byte> key)
        {
            foreach (var name in _names)
            {
                if (key.SequenceEqual(name))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>A header is put behind the others; where <paramref name="replaces"/>, those of its name go.</summary>
    internal sealed class Insert(string name, byte[]? value, bool replaces) : RecordRule
    {
        private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

        public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
        {
            var headers = scratch.Headers();
            if (!replaces || !Has(record.Headers, _name))
            {
                headers.Add(record.Headers);
            }
            else
            {
                foreach (var header in record.Headers)
                {
                    if (!header.Key.SequenceEqual(_name))
                    {
                        headers.Add(header.Key, header.Value);
                    }
                }
            }

            headers.Add(_name, value);
            record.Headers = headers.Headers;
            return RuleOutcome.Changed;
        }
    }

    /// <summary>Headers of a name are called otherwise.</summary>
    internal sealed class Rename(string from, string to) : RecordRule
    {
        private readonly byte[] _from = Encoding.UTF8.GetBytes(from);
        private readonly byte[] _to = Encoding.UTF8.GetBytes(to);

        public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
        {
            if (!Has(record.Headers, _from))
            {
                return RuleOutcome.Kept;
            }

            var headers = scratch.Headers();
            foreach (var header in record.Headers)
            {
                headers.Add(header.Key.SequenceEqual(_from) ? _to : header.Key, header.Value);
            }

            record.Headers = headers.Headers;
            return RuleOutcome.Changed;
        }
    }
}
