using System.Text;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Registries;
using Heliostat.Transport.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Registries;

/// <summary>Schemas from one registry to another.</summary>
public sealed class SchemaSyncTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly SchemaIdTable _ids = new();
    private FakeRegistry _source = null!;
    private FakeRegistry _target = null!;

    public async Task InitializeAsync()
    {
        _source = await FakeRegistry.StartAsync();
        _target = await FakeRegistry.StartAsync();
        for (var i = 0; i < 40; i++)
        {
            _target.Add($"there-{i}", $"\"there-{i}\"");
        }
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Versions_are_registered_in_their_order_behind_what_they_refer_to_and_ids_are_learnt()
    {
        _source.Add("zz-money", "\"money\"");
        _source.Add("address", "\"address\"", ("Money", "zz-money", 1));
        _source.Add("orders-value", "\"v1\"", ("Address", "address", 1));
        _source.Add("orders-value", "\"v2\"", ("Address", "address", 1));
        _target.Add("zz-money", "\"before\"");

        await Sync().LookAsync(Ct);

        Assert.Equal("v1=41 v2=42", _target.Versions("zz-money"));
        Assert.Contains("\"version\":2", _target.References("address", 1), StringComparison.Ordinal);
        Assert.Equal("v1=44 v2=45", _target.Versions("orders-value"));
        Assert.Equal([42, 43, 44, 45], Enumerable.Range(1, 4).Select(There));
    }

    [Fact]
    public async Task A_second_round_changes_nothing_and_what_comes_later_is_found()
    {
        _source.Add("orders-value", "\"v1\"");
        using var sync = Sync();
        await sync.LookAsync(Ct);
        await sync.LookAsync(Ct);
        var id = _source.Add("orders-value", "\"v2\"");
        await sync.LookAsync(Ct);

        Assert.Equal("v1=41 v2=42", _target.Versions("orders-value"));
        Assert.Equal(42, There(id));
        Assert.Equal((1, 2, 2L), (sync.Totals.Status!.Subjects, sync.Totals.Status.Schemas, sync.Totals.Registered));
    }

    [Fact]
    public async Task Two_at_once_register_nothing_twice()
    {
        _source.Add("orders-value", "\"v1\"");
        _source.Add("orders-value", "\"v2\"");

        await Task.WhenAll(Sync().LookAsync(Ct), Sync().LookAsync(Ct));

        Assert.Equal("v1=41 v2=42", _target.Versions("orders-value"));
    }

    [Fact]
    public async Task What_one_subject_is_refused_for_holds_up_no_other_and_is_told()
    {
        _source.Add("a", "\"a\"");
        var id = _source.Add("b", "\"b\"");
        _target.Refuses.Add("a");
        using var sync = Sync();

        var told = await Assert.ThrowsAsync<RegistryException>(() => sync.RoundAsync(Ct));

        Assert.Equal(RegistryFailure.Refused, told.Failure);
        Assert.Equal(
            $"target: schema registry {_target.Url}: POST subjects/a/versions was answered 409 (Schema being registered is incompatible) "
                + "(subject 'a')", told.Message);
        Assert.Equal(41, There(id));
        _target.Refuses.Clear();
        await sync.RoundAsync(Ct);
        Assert.Empty(sync.Totals.Status!.Failed);
    }

    [Fact]
    public async Task Levels_and_modes_of_subjects_are_copied_and_those_of_others_stay()
    {
        _source.Add("a", "\"a\"");
        _source.Add("b", "\"b\"");
        _source.SetLevel("a", "FULL");
        _source.SetMode("a", "READONLY");
        _target.SetLevel("b", "NONE");
        _target.SetMode("b", "READONLY_OVERRIDE");

        await Sync().LookAsync(Ct);

        Assert.Equal(("FULL", "READONLY"), (_target.Level("a"), _target.Mode("a")));
        Assert.Equal(("NONE", "READONLY_OVERRIDE"), (_target.Level("b"), _target.Mode("b")));
    }

    [Fact]
    public async Task Levels_and_modes_that_the_source_takes_back_go_and_those_of_others_stay()
    {
        _source.Add("a", "\"a\"");
        _source.Add("b", "\"b\"");
        foreach (var subject in (string[])["a", "b"])
        {
            _source.SetLevel(subject, "FULL");
            _source.SetMode(subject, "READONLY");
        }

        using var sync = Sync();
        await sync.LookAsync(Ct);
        foreach (var subject in (string[])["a", "b"])
        {
            _source.SetLevel(subject, null);
            _source.SetMode(subject, null);
        }

        _target.SetLevel("b", "NONE");
        _target.SetMode("b", "READONLY_OVERRIDE");
        for (var round = 0; round < 10; round++)
        {
            await sync.LookAsync(Ct);
        }

        Assert.Equal((null, null), (_target.Level("a"), _target.Mode("a")));
        Assert.Equal(("NONE", "READONLY_OVERRIDE"), (_target.Level("b"), _target.Mode("b")));
    }

    [Fact]
    public async Task A_subject_that_was_read_only_takes_schemas_again_once_the_source_does()
    {
        _source.Add("a", "\"a\"");
        _source.SetMode("a", "READONLY");
        using var sync = Sync();
        await sync.LookAsync(Ct);
        _source.SetMode("a", "READWRITE");
        _source.Add("a", "\"b\"");

        await sync.RoundAsync(Ct);

        Assert.Equal("v1=41 v2=42", _target.Versions("a"));
    }

    [Fact]
    public async Task Ids_are_kept_where_the_target_takes_them_and_modes_are_given_back()
    {
        _source.Add("skipped", "\"skipped\"");
        _source.Add("a", "\"a\"");
        _source.Add("a", "\"b\"");
        await using var empty = await FakeRegistry.StartAsync(1000);

        await Sync(SchemaCopying.Keep, empty, "a").LookAsync(Ct);

        Assert.Equal("v1=2 v2=3", empty.Versions("a"));
        Assert.Equal("a:IMPORT a: a:IMPORT a:", string.Join(' ', empty.ModesGiven));
        Assert.Equal(2, There(2));
    }

    [Fact]
    public async Task A_mode_that_a_killed_process_left_is_taken_back()
    {
        _source.Add("a", "\"a\"");
        await using var empty = await FakeRegistry.StartAsync(1000);
        await Sync(SchemaCopying.Keep, empty).LookAsync(Ct);
        empty.SetMode("a", "IMPORT");

        await Sync(SchemaCopying.Keep, empty).LookAsync(Ct);

        Assert.Null(empty.Mode("a"));
    }

    [Fact]
    public async Task A_mode_that_a_killed_process_left_is_taken_back_where_none_are_copied_too()
    {
        _source.Add("a", "\"a\"");
        await using var empty = await FakeRegistry.StartAsync(1000);
        empty.SetMode("a", "IMPORT");
        using var sync = new SchemaSync(
            Options(SchemaCopying.Keep, new RegistryOptions { Urls = [new Uri(_source.Url)] },
                new RegistryOptions { Urls = [new Uri(empty.Url)] }) with
            { CopiesLevels = false },
            _ids, TimeProvider.System, NullLogger.Instance);

        await sync.LookAsync(Ct);

        Assert.Equal(("v1=1", null), (empty.Versions("a"), empty.Mode("a")));
    }

    [Fact]
    public async Task A_stop_in_between_leaves_no_mode()
    {
        _source.Add("a", "\"a\"");
        await using var empty = await FakeRegistry.StartAsync(1000);
        using var stop = new CancellationTokenSource();
        empty.Instead = what =>
        {
            if (what == "POST /subjects/a/versions")
            {
                stop.Cancel();
            }

            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sync(SchemaCopying.Keep, empty).LookAsync(stop.Token));

        Assert.Null(empty.Mode("a"));
        Assert.Equal("a:IMPORT a:", string.Join(' ', empty.ModesGiven));
    }

    [Fact]
    public async Task Ids_that_the_target_gave_to_others_cannot_be_kept_and_the_subject_is_named()
    {
        _source.Add("a", "\"a\"");
        using var sync = Sync(SchemaCopying.Keep);

        var told = await Assert.ThrowsAsync<RegistryException>(() => sync.RoundAsync(Ct));

        Assert.EndsWith("(Overwrite new schema with id 1 is not permitted.) (subject 'a')", told.Message, StringComparison.Ordinal);
        Assert.Null(_target.Mode("a"));
    }

    [Fact]
    public async Task A_registry_without_modes_keeps_no_ids()
    {
        await using var apicurio = await FakeRegistry.StartAsync(hasModes: false);

        Assert.Contains("has no modes", await Sync(SchemaCopying.Keep, apicurio).WhyNotKeptAsync(Ct), StringComparison.Ordinal);
        Assert.Null(await Sync(SchemaCopying.Keep).WhyNotKeptAsync(Ct));
    }

    [Fact]
    public async Task A_deleted_version_is_registered_for_a_record_that_needs_it_only_and_deleted_again()
    {
        var id = _source.Add("a", "\"old\"");
        _source.Add("a", "\"new\"");
        _source.Delete("a", 1);
        using var sync = Sync();
        await sync.LookAsync(Ct);
        Assert.Equal("v1=41", _target.Versions("a"));

        Assert.Equal(SchemaIdStanding.NotYet, _ids.Find(id, out _));
        await sync.LookAsync(Ct);

        Assert.Equal(42, There(id));
        Assert.Equal("v1=41 v2=42-", _target.Versions("a"));
        var another = new SchemaIdTable();
        using var later = Sync(ids: another);
        await later.LookAsync(Ct);
        Assert.Equal((SchemaIdStanding.Known, 42), (another.Find(id, out var there), there));
    }

    [Fact]
    public async Task A_deleted_version_that_others_have_on_the_target_stays()
    {
        _source.Add("money", "\"money\"");
        var id = _source.Add("a", "\"old\"", ("Money", "money", 1));
        _source.Add("a", "\"new\"");
        _source.Delete("a", 1);
        _target.Add("money", "\"money\"");
        var there = _target.Add("a", "\"old\"", ("Money", "money", 1));
        using var sync = Sync();
        await sync.LookAsync(Ct);
        Assert.Equal(SchemaIdStanding.NotYet, _ids.Find(id, out _));

        await sync.LookAsync(Ct);

        Assert.Equal((there, "v1=42 v2=43"), (There(id), _target.Versions("a")));
    }

    [Fact]
    public async Task A_deleted_version_that_was_found_is_not_asked_for_again()
    {
        var id = _source.Add("a", "\"old\"");
        _source.Delete("a", 1);
        var there = _target.Add("a", "\"old\"");
        var asked = 0;
        _source.Instead = what =>
        {
            asked += what == "GET /subjects/a/versions/1" ? 1 : 0;
            return null;
        };
        using var sync = Sync();

        await sync.LookAsync(Ct);
        await sync.LookAsync(Ct);

        Assert.Equal((there, 1), (There(id), asked));
    }

    [Fact]
    public async Task What_a_lane_waits_for_is_looked_for_before_all_else()
    {
        _source.Add("a", "\"a\"");
        var id = _source.Add("z", "\"z\"");
        _ids.Find(id, out _);
        var known = -1;
        _source.Instead = what =>
        {
            known = what == "GET /subjects/a/versions" ? There(id) : known;
            return null;
        };

        await Sync().LookAsync(Ct);

        Assert.Equal(41, known);
    }

    [Fact]
    public async Task What_is_asked_for_meanwhile_waits_for_one_subject_only()
    {
        _source.Add("a", "\"a\"");
        _source.Add("b", "\"b\"");
        var id = _source.Add("z", "\"z\"");
        var known = -1;
        _source.Instead = what =>
        {
            if (what == "GET /subjects/a/versions")
            {
                _ids.Find(id, out _);
            }

            known = what == "GET /subjects/b/versions" ? There(id) : known;
            return null;
        };

        await Sync().LookAsync(Ct);

        Assert.NotEqual(-1, known);
    }

    [Theory]
    [InlineData("POST /subjects/a", 422)]
    [InlineData("POST /subjects/a", 500)]
    [InlineData("POST /subjects/a/versions", 500)]
    public async Task One_schema_that_cannot_be_had_holds_up_no_other(string asked, int status)
    {
        _source.Add("a", "\"old\"");
        _source.Add("a", "\"new\"");
        _source.Delete("a", 1);
        var id = _source.Add("b", "\"b\"");
        _ids.Find(77, out _);
        _target.Instead = what => what == asked ? (status, """{"error_code":1,"message":"no"}""") : null;
        using var sync = Sync();

        await sync.LookAsync(Ct);
        await sync.LookAsync(Ct);

        Assert.Equal(41, There(id));
        Assert.Equal(SchemaIdStanding.Unknown, _ids.Find(77, out _));
        Assert.Equal(["a"], sync.Totals.Status!.Failed.Keys);
    }

    [Theory]
    [InlineData("GET /schemas/ids/77/versions", "id 77")]
    [InlineData("GET /subjects/a/versions", "a")]
    [InlineData("GET /subjects/a/versions/1", "a")]
    public async Task What_the_source_refuses_is_told_and_holds_up_no_other(string asked, string named)
    {
        _source.Add("a", "\"a\"");
        var id = _source.Add("b", "\"b\"");
        _ids.Find(77, out _);
        _ids.Find(78, out _);
        _source.Instead = what => what == asked ? (422, """{"error_code":1,"message":"no"}""") : null;
        using var sync = Sync();

        await sync.LookAsync(Ct);
        await sync.LookAsync(Ct);

        Assert.NotEqual(-1, There(id));
        Assert.Equal(SchemaIdStanding.Unknown, _ids.Find(78, out _));
        Assert.Equal([named], sync.Totals.Status!.Failed.Keys);
    }

    [Theory]
    [InlineData("GET /subjects", "{}")]
    [InlineData("GET /subjects", "[null]")]
    [InlineData("GET /subjects/a/versions", "[\"x\"]")]
    [InlineData("GET /subjects/a/versions/1", """{"id": 1, "version": 1, "schema": null}""")]
    [InlineData("GET /subjects/a/versions/1", """{"schema": "x"}""")]
    [InlineData("GET /schemas/ids/77/versions", "[{}]")]
    [InlineData("GET /config/a", "[]")]
    [InlineData("GET /mode/a", "3")]
    public async Task Answers_of_what_is_no_registry_are_told(string asked, string answer)
    {
        _source.Add("a", "\"a\"");
        _ids.Find(77, out _);
        _source.Instead = what => what == asked ? (200, answer) : null;

        var told = await Assert.ThrowsAsync<RegistryException>(() => Sync().LookAsync(Ct));

        Assert.Equal($"source: schema registry {_source.Url} answered what is not of its API", told.Message);
        Assert.Equal(RegistryFailure.Unreachable, told.Failure);
    }

    [Fact]
    public async Task An_id_that_the_source_does_not_have_twice_is_unknown()
    {
        _ids.Find(77, out _);
        using var sync = Sync();

        await sync.LookAsync(Ct);
        Assert.Equal((SchemaIdStanding.NotYet, true), (_ids.Find(77, out _), sync.HasDoubts));
        await sync.LookAsync(Ct);

        Assert.Equal((SchemaIdStanding.Unknown, false), (_ids.Find(77, out _), sync.HasDoubts));
        Assert.Empty(_ids.Asked);
    }

    [Theory]
    [InlineData("""{"error_code":404,"message":"HTTP 404 Not Found"}""")]
    [InlineData("""{"message":"no route"}""")]
    [InlineData("[]")]
    public async Task An_id_is_not_unknown_because_something_in_front_of_the_registry_says_404(string answer)
    {
        _ids.Find(77, out _);
        _source.Instead = what => what == "GET /schemas/ids/77/versions" ? (404, answer) : null;
        using var sync = Sync();

        for (var round = 0; round < 3; round++)
        {
            var told = await Assert.ThrowsAsync<RegistryException>(() => sync.LookAsync(Ct));
            Assert.EndsWith("was answered 404, and not in the words of a registry: is something else in front of it?", told.Message,
                StringComparison.Ordinal);
            Assert.Equal(RegistryFailure.Unreachable, told.Failure);
        }

        Assert.Equal(SchemaIdStanding.NotYet, _ids.Find(77, out _));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("86400", 60)]
    [InlineData("soon", null)]
    public async Task A_registry_that_asks_to_be_left_alone_is_for_a_while(string after, int? seconds)
    {
        (_source.IsDown, _source.RetryAfter) = (true, after);

        var told = await Assert.ThrowsAsync<RegistryException>(() => Sync().LookAsync(Ct));

        Assert.Equal(seconds, (int?)told.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Looking_up_changes_nothing()
    {
        var known = _source.Add("a", "\"a\"");
        var unknown = _source.Add("a", "\"b\"");
        _source.SetLevel("a", "FULL");
        _target.Add("a", "\"a\"");
        using var sync = Sync(SchemaCopying.Lookup);

        await sync.LookAsync(Ct);

        Assert.Equal((41, "v1=41", null), (There(known), _target.Versions("a"), _target.Level("a")));
        Assert.Equal(["a v2"], sync.Missing);
        Assert.Equal(SchemaIdStanding.NotYet, _ids.Find(unknown, out _));
    }

    [Theory]
    [InlineData("user:pass word", "", "Basic dXNlcjpwYXNzIHdvcmQ=")]
    [InlineData("", "a-token", "Bearer a-token")]
    public async Task Registries_are_logged_in_to(string info, string token, string login)
    {
        _source.Add("a", "\"a\"");
        _target.Login = login;
        var good = new RegistryOptions { Urls = [new Uri(_target.Url)], UserInfo = new Secret(info), Token = new Secret(token) };

        await Sync(target: good).LookAsync(Ct);
        var told = await Assert.ThrowsAsync<RegistryException>(() =>
            Sync(target: good with { UserInfo = new Secret("user:wrong"), Token = default }).RoundAsync(Ct));

        Assert.Equal("v1=41", _target.Versions("a"));
        Assert.Equal(RegistryFailure.LoginFailed, told.Failure);
        Assert.DoesNotContain("wrong", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_and_password_of_an_address_count_and_are_not_told()
    {
        _source.Login = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("me:se/cret"))}";
        _target.IsDown = true;
        var written = new Uri(_source.Url.Replace("//", "//me:se%2Fcret@", StringComparison.Ordinal));

        _source.Add("a", "\"a\"");
        var options = Options(SchemaCopying.Translate, new RegistryOptions { Urls = [written] },
            new RegistryOptions { Urls = [new Uri(_target.Url)] });
        using var sync = new SchemaSync(options, _ids, TimeProvider.System, NullLogger.Instance);
        var told = await Assert.ThrowsAsync<RegistryException>(() => sync.LookAsync(Ct));

        Assert.Equal(RegistryFailure.Unreachable, told.Failure);
        Assert.StartsWith($"target: schema registry {_target.Url}: ", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_address_is_asked_when_one_does_not_answer()
    {
        _source.Add("a", "\"a\"");
        await using var away = await FakeRegistry.StartAsync();
        away.IsDown = true;

        await Sync(target: new RegistryOptions { Urls = [new Uri(away.Url), new Uri(_target.Url + "/")] }).LookAsync(Ct);

        Assert.Equal("v1=41", _target.Versions("a"));
    }

    private int There(int id) => _ids.Find(id, out var there) == SchemaIdStanding.Known ? there : -1;

    private SchemaSync Sync(SchemaCopying copying = SchemaCopying.Translate, FakeRegistry? target = null, string subjects = ".*") =>
        Sync(new RegistryOptions { Urls = [new Uri((target ?? _target).Url)] }, copying, subjects);

    private SchemaSync Sync(RegistryOptions target, SchemaCopying copying = SchemaCopying.Translate, string subjects = ".*",
        SchemaIdTable? ids = null) =>
            new SchemaSync(Options(copying, new RegistryOptions { Urls = [new Uri(_source.Url)] }, target, subjects), ids ?? _ids,
                TimeProvider.System, NullLogger.Instance);

    private SchemaSync Sync(SchemaIdTable ids) => Sync(new RegistryOptions { Urls = [new Uri(_target.Url)] }, ids: ids);

    private static SchemaOptions Options(SchemaCopying copying, RegistryOptions source, RegistryOptions target, string subjects = ".*") =>
        new() { Copying = copying, Source = source, Target = target, Subjects = TopicSelection.FromPatterns([subjects], []) };
}
