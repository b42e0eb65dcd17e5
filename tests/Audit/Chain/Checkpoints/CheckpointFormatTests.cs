using System.Text;
using System.Text.Json;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Tests.Spool;

namespace Coral.Audit.Tests.Chain.Checkpoints;

/// <summary>What is signed is one text, and nothing but that text is read.</summary>
public sealed class CheckpointFormatTests
{
    private static readonly Checkpoint Statement = new()
    {
        Writer = Workspace.Writer,
        Epoch = 3,
        Sequence = 1234,
        Hash = new string('a', 64),
        Count = 17,
        Time = new DateTimeOffset(2026, 11, 21, 12, 0, 0, 250, TimeSpan.Zero),
        Next = new DateTimeOffset(2026, 11, 21, 12, 1, 0, 250, TimeSpan.Zero),
        Previous = new string('b', 64),
        Key = new string('c', 64),
        OldKey = new string('d', 64),
    };

    [Fact]
    public void The_text_is_as_documented() => Golden.Check("checkpoint.txt", Statement.Text);

    [Fact]
    public void A_text_is_read_as_it_was_written_and_no_other_is()
    {
        foreach (var statement in new[] { Statement, Statement with { Next = null, Previous = null, OldKey = null } }) Assert.Equal(statement, Checkpoint.Parse(statement.Text));
        var text = Statement.Text;
        for (var i = 0; i < text.Length; i++)
        {
            // A change is read as something else or not at all: there are no two texts of one statement.
            foreach (var changed in new[] { text.Remove(i, 1), text.Insert(i, "0"), text.Insert(i, " "), text[..i] + (char)(text[i] ^ 1) + text[(i + 1)..] })
                Assert.True(changed == text || Checkpoint.Parse(changed) is not { } read || (read != Statement && read.Text == changed), $"byte {i}");
        }

        Assert.Null(Checkpoint.Parse(text + "\n"));
        Assert.Null(Checkpoint.Parse(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Null(Checkpoint.Parse(""));
    }

    [Fact]
    public void Any_change_of_statement_key_or_signature_is_noticed()
    {
        using var key = AuditKey.Create();
        using var old = AuditKey.Create();
        var signed = SignedCheckpoint.Sign(Statement with { Key = key.Public.Id, OldKey = old.Public.Id }, key, old);
        Assert.True(signed.IsGenuine);
        Assert.False((signed with { Statement = signed.Statement with { Sequence = 1235 } }).IsGenuine);
        Assert.False((signed with { Key = old.Public }).IsGenuine);
        Assert.False((signed with { OldKey = null }).IsGenuine);
        Assert.False((signed with { OldSignature = null }).IsGenuine);
        Assert.False((signed with { OldSignature = signed.Signature }).IsGenuine);
        for (var i = 0; i < signed.Signature.Length; i++)
        {
            var changed = signed.Signature.ToArray();
            changed[i] ^= 1;
            Assert.False((signed with { Signature = changed }).IsGenuine, $"byte {i}");
        }
    }

    [Fact]
    public async Task A_folder_keeps_lines_whole_whatever_a_crash_left()
    {
        using var scene = await ForgeryTests.SceneAsync();
        var file = CheckpointFolder.PathOf(scene.PlaceFolder, Workspace.Writer);
        var whole = scene.Place.Checkpoints.Count;
        Assert.Equal((5, 0), (whole, scene.Place.Problems.Count));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^40]);
        Assert.Equal((4, 0), (scene.Place.Checkpoints.Count, scene.Place.Problems.Count));
        await scene.LiveAsync(1);
        Assert.Equal(9, scene.Place.Checkpoints.Count);
        Assert.EndsWith("line 5 is no checkpoint", Assert.Single(scene.Place.Problems), StringComparison.Ordinal);
        Assert.Empty(scene.Check(scene.Documents, withPlace: true).Findings);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_says_so_and_the_line_comes_later()
    {
        using var scene = await ForgeryTests.SceneAsync();
        using var other = new Workspace();
        var disk = new FailingDisk { OnWrite = FailingDisk.Full };
        var place = new CheckpointFolder(other.Spool, disk);
        await Assert.ThrowsAsync<IOException>(() => place.StoreAsync([scene.Checkpoints[0].Checkpoint], default));
        disk.OnWrite = null;
        await place.StoreAsync([.. scene.Checkpoints.Select(each => each.Checkpoint)], default);
        Assert.Equal(5, CheckpointFolder.Read(other.Spool).Checkpoints.Count);
    }

    [Fact]
    public async Task A_lease_has_the_last_ones_and_is_read_again()
    {
        using var scene = await ForgeryTests.SceneAsync();
        await scene.LiveAsync(1);
        var all = scene.Checkpoints.ConvertAll(each => each.Checkpoint);
        var body = CheckpointLease.Write("coral-system", "webhook-0", all);
        var place = new SecondPlace("the Leases");
        CheckpointLease.Read(JsonElement.Parse(body), place);
        CheckpointLease.Read(JsonElement.Parse("{}"), place);
        Assert.Equal(all.TakeLast(CheckpointLease.Kept).Select(each => each.Statement), place.Checkpoints.Select(each => each.Statement));
        Assert.True(body.Length < 16 * 1024);
        Assert.Empty(scene.Check(scene.Documents, place: place).Findings);
        Assert.Equal(Encoding.UTF8.GetString(body), Encoding.UTF8.GetString(CheckpointLease.Write("coral-system", "webhook-0", place.Checkpoints)));
    }

    [Fact]
    public void A_Secret_is_written_and_read_again()
    {
        var keys = AuditKeys.Create().Rotate();
        var read = AuditKeySecret.Read(JsonElement.Parse(AuditKeySecret.Write(keys, "coral-system", "coral-audit-key")), "Secret");
        Assert.Equal((keys.Current.Public.Id, keys.Old[0].Public.Id), (read.Current.Public.Id, read.Old[0].Public.Id));
        Assert.Contains("data[audit.key]", Assert.Throws<AuditKeyException>(() => AuditKeySecret.Read(JsonElement.Parse("""{"data":{}}"""), "Secret")).Message, StringComparison.Ordinal);
    }
}
