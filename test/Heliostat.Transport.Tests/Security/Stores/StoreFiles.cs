using System.Text;
using Heliostat.Transport.Security;

namespace Heliostat.Transport.Tests.Security.Stores;

/// <summary>The stores that <c>Files/make.sh</c> made with other people's tools.</summary>
internal static class StoreFiles
{
    public const string StorePassword = "store-pass";
    public const string KeyPassword = "key-pass";

    public static Secret Store { get; } = new(StorePassword);

    public static Secret Key { get; } = new(KeyPassword);

    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Security/Stores/Files", name);

    public static string Text(string name) => File.ReadAllText(Path(name), Encoding.ASCII);
}
