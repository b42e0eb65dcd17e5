using System.Text;
using Coral.Testing;
using static Coral.Cli.Tests.Pss.Judged;

namespace Coral.Cli.Tests.Pss;

/// <summary>A pipe whose writer takes its time.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Each_line_is_answered_before_the_next_one_is_waited_for()
    {
        var output = new StringWriter { NewLine = "\n" };
        var seen = new List<int>();
        var input = new Pipe(Enumerable.Range(0, 4).Select(number => Refused($"p{number}") + "\n"), () => seen.Add(output.ToString().Count(c => c == '\n')));
        var run = await Of(new Terminal { OpenInput = () => input, Out = output, Error = TextWriter.Null });
        Assert.Equal([0, 1, 2, 3, 4], seen);
        Assert.Equal(1, run.Code);
    }

    [Fact]
    public async Task Lines_that_come_in_pieces_are_put_together()
    {
        var text = Encoding.UTF8.GetBytes($"{Refused("a")}\r\n{Refused("ü")}\r\n{Refused("c")}");
        foreach (var size in new[] { 1, 2, 3, 7, 50 })
        {
            var run = await Of(new Pipe(text.Chunk(size), () => { }));
            Assert.Equal(["a!", "ü!", "c!"], run.Names());
        }
    }

    [Fact]
    public async Task A_source_that_fails_is_said_and_what_came_is_judged()
    {
        var run = await Of(new Pipe([Encoding.UTF8.GetBytes(Refused("a") + "\n")], () => { }, failing: true));
        Assert.Equal(["coral: -: cannot be read: the line is dead"], run.Complaints);
        Assert.Equal(["a!"], run.Names());
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task The_buffer_does_not_grow_with_the_length_of_the_pipe()
    {
        var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Refused("a") + "\n", 1000)));
        var input = new Pipe(Enumerable.Repeat(piece, 200), () => { });
        var run = await Of(new Terminal { OpenInput = () => input, Out = TextWriter.Null, Error = TextWriter.Null });
        Assert.Equal(1, run.Code);
        Assert.True(input.MostAskedFor <= 256 * 1024, $"{input.MostAskedFor} bytes at once of {200 * piece.Length}");
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, 80, false)]
    [InlineData(false, null, false)]
    public async Task Long_work_shows_how_far_it_is_on_a_screen_that_shows_nothing_else(bool errorIsScreen, int? width, bool shown)
    {
        var time = new FakeTimeProvider();
        var error = new StringWriter { NewLine = "\n" };
        var input = new Pipe(Enumerable.Repeat(Refused("a") + "\n", 3).Append("{\"x\n"), () => time.Advance(TimeSpan.FromSeconds(0.6)));
        await Of(new Terminal { OpenInput = () => input, Out = TextWriter.Null, Error = error, ErrorIsScreen = errorIsScreen, Width = width, Time = time });
        var line = "\r2 objects judged, 0 MB read";
        Assert.Equal(shown, error.ToString().StartsWith($"{line}\r{new string(' ', line.Length - 1)}\rcoral: -:4:", StringComparison.Ordinal));
        Assert.Equal(shown, error.ToString().Contains('\r'));
    }

    /// <summary>Gives one piece a read, and says when it is asked for the next.</summary>
    private sealed class Pipe(IEnumerable<byte[]> pieces, Action asked, bool failing = false) : MemoryStream
    {
        private readonly IEnumerator<byte[]> rest = pieces.GetEnumerator();
        private ReadOnlyMemory<byte> piece;

        public Pipe(IEnumerable<string> pieces, Action asked)
            : this(pieces.Select(Encoding.UTF8.GetBytes), asked)
        {
        }

        public override bool CanSeek => false;

        public int MostAskedFor { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            MostAskedFor = Math.Max(MostAskedFor, buffer.Length);
            if (piece.IsEmpty)
            {
                asked();
                if (rest.MoveNext()) piece = rest.Current;
                else if (failing) throw new IOException("the line is dead");
            }

            var taken = Math.Min(buffer.Length, piece.Length);
            piece.Span[..taken].CopyTo(buffer);
            piece = piece[taken..];
            return taken;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
