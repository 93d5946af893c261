using Heliostat.Client.Authentication.Plain;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Tests.Security;

public sealed class SharedLoginTests
{
    [Fact]
    public void One_login_serves_one_identity_at_one_cluster_and_no_other()
    {
        var logins = new SharedLogins();
        PlainOptions Options(string password) => new() { Username = "mirror", Password = new Secret(password) };

        var first = logins.Of("A", Options("p"), () => new object());

        Assert.Same(first, logins.Of("A", Options("p"), () => new object()));
        Assert.NotSame(first, logins.Of("A", Options("q"), () => new object()));
        Assert.NotSame(first, logins.Of("B", Options("p"), () => new object()));
    }
}
