using Heliostat.Testing;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Tests.Security.Stores;

public sealed class WatchedStoreTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TemporaryFolder _folder = new("watched");

    [Fact]
    public void A_changed_file_is_read_again_a_second_later_at_the_soonest()
    {
        var watched = Watch("ca.pem");
        var before = watched.Current;

        Put("client.chain.pem");
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Null(watched.Refresh());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new StoreReload(true, $"read again: {_folder.File("trust")}"), watched.Refresh());

        Assert.NotSame(before, watched.Current);
        Assert.Equal(2, watched.Current.Certificates.Count);
    }

    [Fact]
    public void An_untouched_file_is_not_read_again()
    {
        var watched = Watch("ca.pem");
        var before = watched.Current;

        Put("ca.pem");
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(watched.Refresh());
        Assert.Same(before, watched.Current);
    }

    [Fact]
    public void What_cannot_be_read_leaves_the_old_in_use_and_is_told_once()
    {
        var watched = Watch("ca.pem");
        var before = watched.Current;

        Put("client.key");
        _time.Advance(TimeSpan.FromSeconds(1));
        var failed = watched.Refresh();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal($"what was read before stays in use: ssl.truststore.location: {_folder.File("trust")} holds no certificate",
            failed!.Message);
        Assert.False(failed.Succeeded);
        Assert.Null(watched.Refresh());
        Assert.Same(before, watched.Current);
    }

    [Fact]
    public void A_mounted_secret_whose_folder_is_swapped_is_seen()
    {
        Directory.CreateDirectory(_folder.File("v1"));
        Directory.CreateDirectory(_folder.File("v2"));
        File.Copy(StoreFiles.Path("ca.pem"), _folder.File("v1/trust"));
        File.Copy(StoreFiles.Path("client.chain.pem"), _folder.File("v2/trust"));
        Directory.CreateSymbolicLink(_folder.File("data"), "v1");
        File.CreateSymbolicLink(_folder.File("trust"), "data/trust");
        var watched = Watched();

        Directory.Delete(_folder.File("data"));
        Directory.CreateSymbolicLink(_folder.File("data"), "v2");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(watched.Refresh()!.Succeeded);
        Assert.Equal(2, watched.Current.Certificates.Count);
    }

    [Fact]
    public void The_first_load_fails_to_its_caller() => Assert.Throws<StoreException>(() => Watch("client.key"));

    public void Dispose() => _folder.Dispose();

    private WatchedStore<TrustStore> Watch(string file)
    {
        Put(file);
        return Watched();
    }

    private WatchedStore<TrustStore> Watched()
    {
        var options = new TrustStoreOptions { Type = "PEM", Location = _folder.File("trust") };
        return new WatchedStore<TrustStore>(() => TrustStore.Load(options, _time), [options.Location], _time);
    }

    private void Put(string file) => File.Copy(StoreFiles.Path(file), _folder.File("trust"), overwrite: true);
}
