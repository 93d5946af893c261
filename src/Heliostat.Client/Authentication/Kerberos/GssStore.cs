using System.Runtime.InteropServices;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>Names and values in the library's reach: where a credential comes from.</summary>
internal sealed class GssStore : IDisposable
{
    private readonly List<nint> _owned = [];
    private readonly GssNative.KeyValueSet _set;

    public GssStore(IReadOnlyList<KeyValuePair<string, string>> entries)
    {
        var size = Marshal.SizeOf<GssNative.KeyValue>();
        var elements = Keep(Marshal.AllocHGlobal(Math.Max(1, entries.Count) * size));
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = new GssNative.KeyValue
            {
                Key = Keep(Marshal.StringToCoTaskMemUTF8(entries[i].Key)),
                Value = Keep(Marshal.StringToCoTaskMemUTF8(entries[i].Value)),
            };
            Marshal.StructureToPtr(entry, elements + i * size, fDeleteOld: false);
        }

        _set = new GssNative.KeyValueSet { Count = (uint)entries.Count, Elements = elements };
    }

    public ref readonly GssNative.KeyValueSet Set => ref _set;

    public void Dispose()
    {
        foreach (var pointer in _owned)
        {
            // On the platforms of this library both kinds of memory are malloc's.
            Marshal.FreeHGlobal(pointer);
        }

        _owned.Clear();
    }

    private nint Keep(nint pointer)
    {
        _owned.Add(pointer);
        return pointer;
    }
}
