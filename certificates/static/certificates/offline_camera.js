// Reads QR codes from pictures and from the camera: by the browser's BarcodeDetector, else by what a page has brought
// along as `suluhQr` (see vendor). A plain script of ECMAScript 2019 for browsers from 2020 on.
(function () {
  "use strict";
  const LARGEST = 1600;
  const EVERY = 200;

  async function byBrowser(source) {
    if (!("BarcodeDetector" in self)) return "";
    try {
      const found = await new self.BarcodeDetector({ formats: ["qr_code"] }).detect(source);
      // Both codes of a paper may be in the picture: the one that carries a payload says more.
      const texts = found.map((one) => one.rawValue);
      return texts.find((one) => one.includes("#")) || texts[0] || "";
    } catch (error) {
      return "";
    }
  }

  async function byScript(source, width, height) {
    if (!self.suluhQr && reader.bring) await reader.bring();
    if (!self.suluhQr) return "";
    const scale = Math.min(1, LARGEST / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const paint = canvas.getContext("2d");
    // A picture without a background would be read as black on black.
    paint.fillStyle = "#fff";
    paint.fillRect(0, 0, canvas.width, canvas.height);
    paint.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return self.suluhQr.default(paint.getImageData(0, 0, canvas.width, canvas.height)) || "";
    } catch (error) {
      return "";
    }
  }

  // The text of the code in a picture or a video's present frame; "" when there is none.
  async function read(source, width, height) {
    return (await byBrowser(source)) || byScript(source, width, height);
  }

  const able = () => Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

  // Shows the camera in this video until a code is found; gives the function that ends it. Rejects without a camera.
  async function scan(video, found) {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    let running = true;
    function stop() {
      running = false;
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    }
    async function look() {
      if (!running) return;
      const text = video.videoWidth ? await read(video, video.videoWidth, video.videoHeight) : "";
      if (!running) return;
      if (!text) return void setTimeout(look, EVERY);
      stop();
      found(text);
    }
    video.srcObject = stream;
    await video.play();
    look();
    return stop;
  }

  const reader = { read, scan, able, bring: null };
  self.suluhCamera = reader;
})();
