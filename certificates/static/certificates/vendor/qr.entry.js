import decodeQR from "qr/decode.js";
export default decodeQR;
