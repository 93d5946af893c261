using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Heliostat.Plugins;

namespace Heliostat.Configuration.Plugins;

/// <summary>An assembly of plug-ins, loaded. Messages of what is wrong complete "'x' ...".</summary>
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What is compiled ahead of time, or trimmed, loads no plug-ins.")]
[UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "What is compiled ahead of time, or trimmed, loads no plug-ins.")]
public sealed class PluginAssembly
{
    /// <summary>The contract that plug-ins are built with, as this mirror has it.</summary>
    private static readonly AssemblyName Contract = typeof(IRecordPlugin).Assembly.GetName();

    private readonly Assembly _assembly;

    private PluginAssembly(string path, Assembly assembly) => (Path, _assembly) = (path, assembly);

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>Its name and version.</summary>
    public string Name => _assembly.GetName() is var name ? $"{name.Name} {name.Version}" : "";

    /// <summary>Loads one, in a context of its own.</summary>
    /// <exception cref="FormatException">It cannot be used.</exception>
    public static PluginAssembly Load(string path)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new FormatException(
                "cannot be loaded: this heliostat is compiled ahead of time; one that runs on an installed .NET loads plug-ins");
        }

        var full = System.IO.Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new FormatException("is no file that is there");
        }

        try
        {
            var loaded = new PluginAssembly(path, new PluginContext(full).LoadFile(full));
            loaded.CheckContract();
            return loaded;
        }
        catch (Exception failure) when (failure is BadImageFormatException or FileLoadException)
        {
            throw new FormatException("is no .NET assembly that can be loaded here", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new FormatException($"cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>A class in it.</summary>
    /// <param name="name">With its namespace.</param>
    /// <exception cref="FormatException">It is not there, or is no plug-in.</exception>
    public Func<IRecordPlugin> Class(string name)
    {
        try
        {
            var type = _assembly.GetType(name, throwOnError: false)
                ?? throw new FormatException($"is no class in {Name}; there: {Known()}");
            if (!typeof(IRecordPlugin).IsAssignableFrom(type) || type.IsAbstract)
            {
                throw new FormatException($"is no plug-in: it does not implement {typeof(IRecordPlugin)}; there: {Known()}");
            }

            return type.GetConstructor(Type.EmptyTypes) is { } constructor
                ? () => (IRecordPlugin)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null)
                : throw new FormatException("has no public constructor without parameters");
        }
        catch (Exception failure)
            when (failure is ReflectionTypeLoadException or TypeLoadException or IOException or BadImageFormatException)
        {
            throw new FormatException($"cannot be loaded: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private void CheckContract()
    {
        var built = Array.Find(_assembly.GetReferencedAssemblies(), one => one.Name == Contract.Name)?.Version
            ?? throw new FormatException($"is no plug-in: it is not built with {Contract.Name}");
        if (built.Major != Contract.Version!.Major || built.Minor > Contract.Version.Minor)
        {
            throw new FormatException($"is built with {Contract.Name} {built.ToString(2)}, and this heliostat has "
                + $"{Contract.Version.ToString(2)}: build it with that");
        }
    }

    private string Known() => string.Join(", ", _assembly.GetExportedTypes()
        .Where(type => typeof(IRecordPlugin).IsAssignableFrom(type) && !type.IsAbstract).Select(type => type.FullName)
        .Order(StringComparer.Ordinal).DefaultIfEmpty("no plug-in"));
}
