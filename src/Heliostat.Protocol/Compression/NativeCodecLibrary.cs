using System.Reflection;
using System.Runtime.InteropServices;

namespace Heliostat.Protocol.Compression;

/// <summary>Finds the system's reference libraries of lz4 and zstd when the first batch needs them, and says which package to install where one is not there.</summary>
internal static class NativeCodecLibrary
{
    public const string Lz4 = "lz4";
    public const string Zstd = "zstd";

    static NativeCodecLibrary() => NativeLibrary.SetDllImportResolver(typeof(NativeCodecLibrary).Assembly, Resolve);

    /// <summary>Makes sure that the resolver is there; to be called by the static constructor of whoever imports.</summary>
    public static void Register()
    {
    }

    /// <summary>What an operator reads where the library of a codec is not there.</summary>
    public static DllNotFoundException Missing(string name) => new(
        $"{name} is needed to open or build a batch, but none of its libraries can be loaded ({string.Join(", ", FilesOf(name))}): "
        + $"install the package {(name == Lz4 ? "liblz4-1" : "libzstd1")} (Debian, Ubuntu) or {name} (other systems)");

    /// <summary>Whether a library of the codec can be loaded here.</summary>
    public static bool IsThere(string name) =>
        Array.Exists(FilesOf(name), file => NativeLibrary.TryLoad(file, typeof(NativeCodecLibrary).Assembly, null, out _));

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name is not (Lz4 or Zstd)) return 0;

        foreach (var file in FilesOf(name))
        {
            if (NativeLibrary.TryLoad(file, assembly, searchPath, out var handle)) return handle;
        }

        throw Missing(name);
    }

    private static string[] FilesOf(string name) => [$"lib{name}.so.1", $"lib{name}.1.dylib", $"lib{name}.dll", $"{name}.dll"];
}
