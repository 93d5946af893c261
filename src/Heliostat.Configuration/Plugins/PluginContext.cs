using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using Heliostat.Plugins;

namespace Heliostat.Configuration.Plugins;

/// <summary>
/// Where an assembly of a plug-in lives with what lies beside it: the contract is shared with the mirror, so are the libraries of .NET,
/// everything else is its own. Files are read and left alone, so that they may be replaced while a mirror runs.
/// </summary>
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What is compiled ahead of time, or trimmed, loads no plug-ins.")]
internal sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path), isCollectible: true)
{
    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <summary>The assembly in a file.</summary>
    public Assembly LoadFile(string file)
    {
        using var bytes = new MemoryStream(File.ReadAllBytes(file));
        var symbols = Path.ChangeExtension(file, ".pdb");
        using var debug = File.Exists(symbols) ? new MemoryStream(File.ReadAllBytes(symbols)) : null;
        return LoadFromStream(bytes, debug);
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == typeof(IRecordPlugin).Assembly.GetName().Name ? typeof(IRecordPlugin).Assembly
            : _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFile(file) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
