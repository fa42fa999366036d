using Loci.Training.Labs;
TorchSharp.torch.set_num_threads(1);
foreach (var (m, s, rep, all) in new (string,int,bool,bool)[] { ("plain-sum/dpfp-1",20,true,false),("plain-sum/elu",60,false,false),("plain-sum/dpfp-1",100,false,false),("plain-sum/dpfp-2",100,false,false),("plain-sum/elu",20,false,false),("plain-sum/elu",100,false,false) })
{
    var r = RetrievalRun.Train(LabModel.Parse(m, "dpfp-1"), s, rep, 1, new(MaxSeconds: 12, EveryKey: all));
    Console.WriteLine($"{m} {s} {rep} {all}: best {r.Best:g4} steps {r.Steps} sec {r.Seconds:0.0}  {r.Seconds/r.Steps*1e3:0.0} ms/step; {string.Join(" ", r.Curve.Where((_,i)=>i%5==0).Select(c=>c.Loss.ToString("g3")))}");
}
