namespace Loci.Tests;

/// <summary>Files appear whole or not at all.</summary>
public class AtomicFileTests
{
    [Fact]
    public void A_file_appears_when_it_is_committed_and_not_before()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], "before");
        using (var dropped = new AtomicFile(folder["a"]))
        {
            dropped.Stream.Write("half"u8);
            Assert.Equal(["a", "a.partial"], folder.Names);
        }
        Assert.Equal("before", File.ReadAllText(folder["a"]));
        AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write("xxter"u8);
            stream.Position = 0;
            stream.Write("af"u8);
        });
        Assert.Equal("after", File.ReadAllText(folder["a"]));
        AtomicFile.Write(folder["a"], "bytes"u8);
        Assert.Equal("bytes", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], folder.Names);
    }

    [Fact]
    public void A_writer_that_fails_leaves_what_was_there()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], "before");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new InvalidOperationException();
        }));
        Assert.Equal("before", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], folder.Names);
    }

    [Fact]
    public void What_a_killed_process_left_is_replaced_and_what_another_writes_is_not()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.partial"], new byte[100_000]);
        using (var first = new AtomicFile(folder["a"]))
        {
            first.Stream.Write("first"u8);
            if (!OperatingSystem.IsWindows())
                Assert.Contains("another process is writing it",
                    Assert.Throws<LociException>(() => new AtomicFile(folder["a"])).Message);
            first.Commit();
        }
        Assert.Equal("first", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], folder.Names);
    }

    [Fact]
    public void Small_files_written_at_once_wait_for_each_other()
    {
        using var folder = new TemporaryFolder();
        Parallel.For(0, 40, i => AtomicFile.Write(folder["a"], new byte[i + 1]));
        Assert.InRange(new FileInfo(folder["a"]).Length, 1, 40);
        Assert.Equal(["a"], folder.Names);
    }

    [Fact]
    public void Errors_name_the_file_and_what_to_do()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("folder does not exist", Error(Path.Combine(folder.Path, "none", "a")));
        Assert.Contains("is a folder", Error(folder.Path));
        Assert.Contains("not valid UTF-8", Error(folder["a\uFFFD"]));
        Assert.Contains("not valid UTF-8", Error(folder["a\uD800"]));
        if (File.Exists("/dev/full"))
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
            var error = Assert.Throws<LociException>(() => new GuardedStream("big.atlas", full).Write(new byte[10]));
            Assert.Equal("big.atlas cannot be written: the disk is full. Make room and run the same command again.",
                error.Message);
        }
        Assert.Empty(folder.Names);

        static string Error(string path) => Assert.Throws<LociException>(() => AtomicFile.Write(path, "x"u8)).Message;
    }
}
